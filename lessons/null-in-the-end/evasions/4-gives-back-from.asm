// says: with to = 7, it returns 7; it should return -1
    r6 = map[0] 0           // from, and four bytes behind it to
    r1 = r10
    r1 += -8
    r2 = *(u32 *)(r6 +0)
    r3 = *(u32 *)(r6 +4)
    call bpf_iter_num_new
    r1 = r10
    r1 += -8
    call bpf_iter_num_next
    r7 = *(u32 *)(r6 +0)
    r1 = r10
    r1 += -8
    call bpf_iter_num_destroy
    r0 = r7
    exit
