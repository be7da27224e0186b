// says: forks 3 times at next; 2 times are enough
// the number before the last
  r6 = 0
  *(u64 *)(r10 -16) = r6
  w7 = 0
  r1 = r10
  r1 += -8
  w2 = 0
  w3 = 10
  call bpf_iter_num_new
again:
  r1 = r10
  r1 += -8
  call bpf_iter_num_next
  if r0 == 0x0 goto done
  *(u64 *)(r10 -16) = r7
  r7 = *(u32 *)(r0 +0)
  goto again
done:
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  r0 = *(u64 *)(r10 -16)
  exit
