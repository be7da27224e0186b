// says: 500 are enough
// how often it was 0
  w6 = 0
  w7 = 0
again:
  if w7 > 50 goto done
  w7 += 1
  r1 = map[0] 0
  r1 = *(u32 *)(r1 +0)
  if w1 != 0x0 goto again
  w6 += 1
  goto again
done:
  w0 = w6
  exit
