// says: it returns is a fixed number
// the number before the last
  w7 = 9
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
  goto again
done:
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  w0 = w7
  w0 += -1
  exit
