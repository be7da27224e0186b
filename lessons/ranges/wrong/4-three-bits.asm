// says: with position = 15, it returns 49; it should return 225
  r1 = map[0] 0
  r1 = *(u32 *)(r1 +0)
  r1 &= 7
  r1 <<= 2
  r2 = map[0] 4
  r2 += r1
  r0 = *(u32 *)(r2 +0)
  exit
