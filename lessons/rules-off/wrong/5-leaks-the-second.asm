// says: reference leak
  r3 = map[0] 0           // end
  r3 = *(u32 *)(r3 +0)
  w6 = 0
  r1 = r10
  r1 += -8
  w2 = 5
  call bpf_iter_num_new
  r1 = r10
  r1 += -8
  call bpf_iter_num_next
  if r0 == 0 goto second
  r6 = *(u32 *)(r0 +0)
second:
  r1 = r10
  r1 += -16
  w2 = 20
  w3 = 30
  call bpf_iter_num_new
  r1 = r10
  r1 += -16
  call bpf_iter_num_next
  if r0 == 0 goto done
  r1 = *(u32 *)(r0 +0)
  w6 += w1
done:
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  w0 = w6
  exit
