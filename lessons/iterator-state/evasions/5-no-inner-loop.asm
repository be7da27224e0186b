// says: no bits iterator is constructed
  w6 = 0
  r1 = r10
  r1 += -8
  w2 = 0
  w3 = 8
  call bpf_iter_num_new
numbers:
  r1 = r10
  r1 += -8
  call bpf_iter_num_next
  if r0 == 0 goto done
  w6 += 1
  r1 = r10
  r1 += -512
  w2 = 480
  call bpf_get_current_comm
  goto numbers
done:
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  w0 = w6
  exit
