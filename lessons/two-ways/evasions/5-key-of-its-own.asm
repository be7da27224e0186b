// says: with key = 4, it returns 1; it should return 0
  r1 = map[1] 0
  r1 = 2
  *(u32 *)(r10 -4) = r1
  r2 = r10
  r2 += -4
  r1 = map[0]
  call bpf_map_lookup_elem
  if r0 == 0 goto out
  r1 = *(u64 *)(r0 +0)
  r1 += 1
  *(u64 *)(r0 +0) = r1
  r0 = r1
out:
  exit
