// says: returns -1; it should return 225
  r1 = map[0] 0
  r1 = *(u32 *)(r1 +0)
  if r1 > 14 goto out
  r1 <<= 2
  r2 = map[0] 4
  r2 += r1
  r0 = *(u32 *)(r2 +0)
  exit
out:
  w0 = -1
  exit
