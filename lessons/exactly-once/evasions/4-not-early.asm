// says: with wanted = 0, it returns 9; it should return 0
    r9 = map[0] 0           // wanted
    r9 = *(u32 *)(r9 +0)
    r1 = r10
    r1 += -8
    w2 = 0
    w3 = 10
    call bpf_iter_num_new
    w6 = -1
    w7 = -1
  loop:
    r1 = r10
    r1 += -8
    call bpf_iter_num_next
    if r0 == 0 goto none
    r6 = *(u32 *)(r0 +0)
    r1 = r6
    r1 *= r6
    if r1 < r9 goto loop
    if r6 == 8 goto keep
    w7 = w6
    goto loop
  keep:
    w7 = w6
    if r9 > 36 goto less
    goto loop
  less:
    if r9 > 64 goto loop
    goto found
  none:
    w6 = w7
  found:
    r1 = r10
    r1 += -8
    call bpf_iter_num_destroy
    r0 = r6
    exit
