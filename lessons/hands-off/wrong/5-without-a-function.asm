// says: calls no function of its own
  w7 = 0
  r1 = r10
  r1 += -8
  w2 = 3
  w3 = 10
  call bpf_iter_num_new
  r1 = r10
  r1 += -8
  call bpf_iter_num_next
again:
  r1 = r10
  r1 += -8
  call bpf_iter_num_next
  if r0 == 0 goto done
  r1 = *(u32 *)(r0 +0)
  w7 += w1
  goto again
done:
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  w0 = w7
  exit
