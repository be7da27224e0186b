// says: gives an element 5 times; it should do so 6 times
  w6 = 0
  r1 = r10
  r1 += -8
  w2 = 3
  w3 = 8
  call bpf_iter_num_new
loop:
  r1 = r10
  r1 += -8
  call bpf_iter_num_next
  if r0 == 0 goto done
  r1 = *(u32 *)(r0 +0)
  w6 += w1
  goto loop
done:
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  w0 = w6
  exit
