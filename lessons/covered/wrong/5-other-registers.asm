// says: forks 3 times at next; 2 times are enough
// the number before the last
  w8 = 0
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
  w8 = w7
  r7 = *(u32 *)(r0 +0)
  goto again
done:
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  w0 = w8
  exit
