// says: with position = 14, it returns 225; it should return 196
  r1 = map[0] 0
  r1 = *(u32 *)(r1 +0)
  if r1 > 15 goto small
small:
  r1 = 15
  r1 <<= 2
  r2 = map[0] 4
  r2 += r1
  r0 = *(u32 *)(r2 +0)
  exit
