// says: expected an initialized iter_every
    r1 = map[0] 0           // first
    r2 = *(u32 *)(r1 +0)
    r1 = map[0] 4           // last
    r3 = *(u32 *)(r1 +0)
    r1 = r10
    r1 += -24
    call bpf_iter_every_left
    r6 = r0
    r1 = r10
    r1 += -24
    call bpf_iter_every_new
    r1 = r10
    r1 += -24
    call bpf_iter_every_destroy
    w0 = w6
    exit
