// says: no num iterator is constructed
  r9 = map[0] 0
  r9 = *(u32 *)(r9 +0)
  w0 = 11
  if r9 == 1 goto out
  w0 = 99
  if r9 == 81 goto out
  w0 = 0
  if r9 == 82 goto out
  w0 = w9
  w0 += 19
out:
  exit
