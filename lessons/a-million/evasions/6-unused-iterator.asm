// says: never gives an element
  r1 = r10
  r1 += -8
  w2 = 0
  w3 = 10000
  call bpf_iter_num_new
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  w0 = 10000
  exit
