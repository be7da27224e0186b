// says: what it returns is a fixed number
    r9 = map[0] 0           // wanted
    r9 = *(u32 *)(r9 +0)
    r1 = r10
    r1 += -8
    w2 = 0
    w3 = 10
    call bpf_iter_num_new
  loop:
    r1 = r10
    r1 += -8
    call bpf_iter_num_next
    if r0 == 0 goto none
    r6 = *(u32 *)(r0 +0)
    r1 = r6
    r1 *= r6
    if r1 < r9 goto loop
  none:
    r1 = r10
    r1 += -8
    call bpf_iter_num_destroy
    w0 = -1
    exit
