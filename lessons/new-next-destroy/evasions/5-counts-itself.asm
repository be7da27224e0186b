// says: never gives an element
  w6 = 0
  w7 = 3
  r1 = r10
  r1 += -8
  w2 = 3
  w3 = 3
  call bpf_iter_num_new
again:
  w6 += w7
  w7 += 1
  if w7 != 9 goto again
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
