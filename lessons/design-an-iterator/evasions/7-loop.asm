// says: The program calls bpf_iter_every_next
    r1 = map[0] 0           // first
    r2 = *(u32 *)(r1 +0)
    r1 = map[0] 4           // last
    r3 = *(u32 *)(r1 +0)
    w6 = 0
    r1 = r10
    r1 += -24
    call bpf_iter_every_new
    r1 = r10
    r1 += -24
    call bpf_iter_every_left
  again:
    r1 = r10
    r1 += -24
    call bpf_iter_every_next
    if r0 == 0 goto done
    w6 += 1
    goto again
  done:
    r1 = r10
    r1 += -24
    call bpf_iter_every_destroy
    w0 = w6
    exit
