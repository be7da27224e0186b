// says: it returns -1; it should return -2
  r9 = map[0] 0           // first
  r9 = *(u32 *)(r9 +0)
  r1 = r10
  r1 += -8
  w2 = w9
  w3 = 10
  call bpf_iter_num_new
loop:
  r1 = r10
  r1 += -8
  call bpf_iter_num_next
  if r0 == 0 goto none
  r6 = *(u32 *)(r0 +0)
  w1 = w6
  w1 &= 3
  if w1 != 3 goto loop
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  w0 = w6
  exit
none:
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  w0 = -1
  exit
