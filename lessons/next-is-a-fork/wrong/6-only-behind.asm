// says: R8 !read_ok
// 3 + 4 + 5 + 6, and the last one once more
  w6 = 0
  w7 = 0
  r1 = r10
  r1 += -8
  w2 = 3
  w3 = 7
  call bpf_iter_num_new
again:
  r1 = r10
  r1 += -8
  call bpf_iter_num_next
  if r0 == 0x0 goto done
  r7 = *(u32 *)(r0 +0)
  w6 += w8
  goto again
done:
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  w0 = w6
  w0 += w7
  exit
