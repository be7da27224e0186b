// says: 1000 are asked for
// a thousand even numbers
  call bpf_get_prandom_u32
  w6 = w0
  w6 &= 1023
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
  if w6 > 999 goto done
  w6 += 1
  goto again
done:
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  w0 = w6
  exit
