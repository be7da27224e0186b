// says: R1 !read_ok
    r6 = map[0] 0           // from, and four bytes behind it to
    r1 = r10
    r1 += -8
    r2 = *(u32 *)(r6 +0)
    r3 = *(u32 *)(r6 +4)
    call bpf_iter_num_new
    r1 = r0
    w7 = 0                  // the sum
  loop:
    r1 = r10
    r1 += -8
    call bpf_iter_num_next
    if r0 == 0 goto done
    r1 = *(u32 *)(r0 +0)
    w7 += w1
    goto loop
  done:
    r8 = r1
    r1 = r10
    r1 += -8
    call bpf_iter_num_destroy
    w0 = w7
    if w8 == 0 goto out
    w0 = w8
  out:
    exit
