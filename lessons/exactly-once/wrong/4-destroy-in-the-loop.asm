// says: expected an initialized iter_num as arg #0
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
    r7 = r1
    r1 = r10
    r1 += -8
    call bpf_iter_num_destroy
    if r7 < r9 goto loop
    r0 = r6
    exit
  none:
    w6 = -1
  found:
    r1 = r10
    r1 += -8
    call bpf_iter_num_destroy
    r0 = r6
    exit
