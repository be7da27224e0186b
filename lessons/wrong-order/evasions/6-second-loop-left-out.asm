// says: gives an element 5 times
// 0 .. 4 and 10 .. 14
  w6 = 0
  r1 = r10
  r1 += -8
  w2 = 0
  w3 = 5
  call bpf_iter_num_new
first:
  r1 = r10
  r1 += -8
  call bpf_iter_num_next
  if r0 == 0 goto between
  r1 = *(u32 *)(r0 +0)
  w6 += w1
  goto first
between:
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  r1 = r10
  r1 += -8
  w2 = 10
  w3 = 10
  call bpf_iter_num_new
second:
  r1 = r10
  r1 += -8
  call bpf_iter_num_next
  if r0 == 0 goto done
  r1 = *(u32 *)(r0 +0)
  w6 += w1
  goto second
done:
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  w0 = w6
  w0 += 60
  exit
