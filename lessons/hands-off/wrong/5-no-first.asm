// says: returns 42; it should return 39
// with first = 3: 4 + 5 + ... + 9
  r2 = map[0] 0           // first
  r2 = *(u32 *)(r2 +0)
  r1 = r10
  r1 += -8
  w3 = 10
  call bpf_iter_num_new
  r1 = r10
  r1 += -8
  call rest
  r6 = r0
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  w0 = w6
  exit
rest:
  r6 = r1
  w7 = 0
again:
  r1 = r6
  call bpf_iter_num_next
  if r0 == 0 goto done
  r1 = *(u32 *)(r0 +0)
  w7 += w1
  goto again
done:
  w0 = w7
  exit
