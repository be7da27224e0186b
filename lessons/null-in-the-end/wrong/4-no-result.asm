// says: R7 !read_ok
    r6 = map[0] 0           // from, and four bytes behind it to
    r1 = r10
    r1 += -8
    r2 = *(u32 *)(r6 +0)
    r3 = *(u32 *)(r6 +4)
    call bpf_iter_num_new
    r1 = r10
    r1 += -8
    call bpf_iter_num_next
    if r0 == 0 goto none
    r7 = *(u32 *)(r0 +0)
  none:
    r1 = r10
    r1 += -8
    call bpf_iter_num_destroy
    r0 = r7
    exit
