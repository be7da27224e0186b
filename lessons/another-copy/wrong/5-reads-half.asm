// says: with wide = 4294967301, it returns 15; it should return -1
    w0 = -1
    r1 = map[0] 8
    r1 = *(u32 *)(r1 +0)
    if r1 > 9 goto out
    r1 <<= 2
    r2 = map[0] 16
    r2 += r1
    r0 = *(u32 *)(r2 +0)
  out:
    exit
