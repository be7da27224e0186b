// says: no num iterator is constructed
  r9 = map[0] 0
  r9 = *(u32 *)(r9 +0)
  w0 = w9
  w0 |= 3
  if w9 < 8 goto out
  w0 = -1
  if w9 < 11 goto out
  w0 = -2
out:
  exit
