// says: The program does not call bpf_iter_every_left
    r1 = map[0] 0           // first
    r2 = *(u32 *)(r1 +0)
    r1 = map[0] 4           // last
    r3 = *(u32 *)(r1 +0)
    w6 = w3
    w6 -= w2
    w6 += 2
    w6 /= 3
    r1 = r10
    r1 += -24
    call bpf_iter_every_new
    r1 = r10
    r1 += -24
    call bpf_iter_every_destroy
    w0 = w6
    exit
