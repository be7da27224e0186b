// says: no num iterator is constructed
  r6 = map[0] 0
  r2 = *(u32 *)(r6 +0)
  r3 = *(u32 *)(r6 +4)
  w0 = -22
  if w2 s> w3 goto out
  w0 = -7
  if r3 > 8388608 goto out
  w0 = 0
  if w2 == w3 goto out
  w0 = w2
  w0 += w2
  w0 += w3
out:
  exit
