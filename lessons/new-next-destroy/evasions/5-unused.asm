// says: never gives an element
  r1 = r10
  r1 += -8
  w2 = 3
  w3 = 9
  call bpf_iter_num_new
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  w0 = 33
  exit
