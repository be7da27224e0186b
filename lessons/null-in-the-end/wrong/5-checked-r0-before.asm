// says: R8 invalid mem access 'scalar'
    r6 = map[0] 0           // from, and four bytes behind it to
    w9 = -1                 // the result
    r1 = r10
    r1 += -8
    r2 = *(u32 *)(r6 +0)
    w3 = 10
    call bpf_iter_num_new
    r1 = r10
    r1 += -16
    r2 = *(u32 *)(r6 +4)
    w3 = 20
    call bpf_iter_num_new
    r1 = r10
    r1 += -8
    call bpf_iter_num_next
    r7 = r0
    if r0 == 0 goto done
    r1 = r10
    r1 += -16
    call bpf_iter_num_next
    r8 = r0                 // an element of the second
    if r7 == 0 goto done
    r9 = *(u32 *)(r8 +0)
    r1 = *(u32 *)(r7 +0)
    w9 -= w1
  done:
    r1 = r10
    r1 += -16
    call bpf_iter_num_destroy
    r1 = r10
    r1 += -8
    call bpf_iter_num_destroy
    r0 = r9
    exit
