// says: what it returns is a fixed number
  r1 = map[1] 0
  r1 = *(u32 *)(r1 +0)
  *(u32 *)(r10 -4) = r1
  r2 = r10
  r2 += -4
  r1 = map[0]
  call bpf_map_lookup_elem
  if r0 == 0 goto out
  r0 = 1
out:
  exit
