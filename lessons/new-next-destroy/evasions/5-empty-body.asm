// says: what it returns is a fixed number
  r1 = r10
  r1 += -8
  w2 = 3
  w3 = 9
  call bpf_iter_num_new
loop:
  r1 = r10
  r1 += -8
  call bpf_iter_num_next
  if r0 == 0 goto done
  goto loop
done:
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  w0 = 33
  exit
