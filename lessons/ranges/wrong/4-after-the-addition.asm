// says: R2 bitwise operator &= on pointer prohibited
  r1 = map[0] 0
  r1 = *(u32 *)(r1 +0)
  r1 <<= 2
  r2 = map[0] 4
  r2 += r1
  r2 &= 15
  r0 = *(u32 *)(r2 +0)
  exit
