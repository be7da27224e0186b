// says: never gives an element
  r6 = map[0] 0
  r6 = *(u32 *)(r6 +0)
  w7 = 20
  if w6 < 6 goto one
  w7 = 25
one:
  r1 = r10
  r1 += -8
  w2 = 5
  w3 = 6
  call bpf_iter_num_new
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  w0 = w7
  exit
