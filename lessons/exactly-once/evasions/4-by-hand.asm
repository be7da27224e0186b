// says: no num iterator is constructed
  r9 = map[0] 0
  r9 = *(u32 *)(r9 +0)
  w0 = 0
loop:
  r1 = r0
  r1 *= r0
  if r1 >= r9 goto out
  r0 += 1
  if r0 != 10 goto loop
  w0 = -1
out:
  exit
