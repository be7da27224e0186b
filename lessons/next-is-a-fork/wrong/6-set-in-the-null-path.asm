// says: it returns 18; it should return 24
// 3 + 4 + 5 + 6, and the last one once more
  w6 = 0
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
  w6 += w7
  goto again
done:
  w7 = 0
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  w0 = w6
  w0 += w7
  exit
