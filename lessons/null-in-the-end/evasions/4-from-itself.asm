// says: never gives an element
    r6 = map[0] 0           // from, and four bytes behind it to
    r1 = r10
    r1 += -8
    r2 = *(u32 *)(r6 +0)
    r3 = *(u32 *)(r6 +4)
    call bpf_iter_num_new
    r7 = *(u32 *)(r6 +0)
    r1 = *(u32 *)(r6 +4)
    if r7 != r1 goto some
    w7 = -1
  some:
    r1 = r10
    r1 += -8
    call bpf_iter_num_destroy
    r0 = r7
    exit
