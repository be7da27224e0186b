// says: stops before next of the num iterator has given NULL
// the number before the last
  w6 = 0
  w7 = 0
  r1 = r10
  r1 += -8
  w2 = 0
  w3 = 10
  call bpf_iter_num_new
again:
  r1 = r10
  r1 += -8
  call bpf_iter_num_next
  if r0 == 0x0 goto done
  w6 = w7
  r7 = *(u32 *)(r0 +0)
  w0 = w7
done:
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  w0 = w6
  exit
