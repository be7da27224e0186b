// says: The verifier rejects it
// the last eight numbers
  w7 = 0
  r1 = r10
  r1 += -8
  w2 = 100
  w3 = 200
  call bpf_iter_num_new
again:
  r1 = r10
  r1 += -8
  call bpf_iter_num_next
  if r0 == 0x0 goto done
  w1 = w7
  w1 <<= 2
  r2 = map[0] 0
  r2 += r1
  r1 = *(u32 *)(r0 +0)
  *(u32 *)(r2 +0) = r1
  w7 += 1
  goto again
done:
  r1 = r10
  r1 += -8
  call bpf_iter_num_destroy
  r2 = map[0] 0
  r0 = *(u32 *)(r2 +0)
  exit
