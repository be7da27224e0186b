// says: 8193 jumps is too complex
// how often it was 0
  w6 = 0
  w7 = 0
  r1 = r10
  r1 += -8
  w2 = 0
  w3 = 10000
  call bpf_iter_num_new
again:
  r1 = r10
  r1 += -8
  call bpf_iter_num_next
  if r0 == 0x0 goto done
  if w7 > 9999 goto done
  w7 += 1
  r1 = map[0] 0
  r1 = *(u32 *)(r1 +0)
  if w1 != 0x0 goto again
  w6 += 1
  goto again
done:
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  w0 = w6
  exit
