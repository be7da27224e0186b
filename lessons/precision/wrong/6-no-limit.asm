// says: stopped after 4000000 instructions
// a thousand even numbers
  w6 = 0
  r1 = r10
  r1 += -8
  w2 = 0
  w3 = 1000000
  call bpf_iter_num_new
again:
  r1 = r10
  r1 += -8
  call bpf_iter_num_next
  if r0 == 0x0 goto done
  r1 = *(u32 *)(r0 +0)
  w1 &= 1
  if w1 != 0x0 goto again
  w6 += 1
  goto again
done:
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  w0 = w6
  exit
