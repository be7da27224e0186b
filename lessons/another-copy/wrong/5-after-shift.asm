// says: with wide = 9223372036854775813, it returns 15; it should return -1
    w0 = -1
    r1 = map[0] 8
    r1 = *(u64 *)(r1 +0)
    r1 <<= 2
    if r1 > 36 goto out
    r2 = map[0] 16
    r2 += r1
    r0 = *(u32 *)(r2 +0)
  out:
    exit
