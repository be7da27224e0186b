// says: with wide = 9, it returns 11; it should return 19
    w0 = -1
    r1 = map[0] 8
    r1 = *(u64 *)(r1 +0)
    r1 &= 7
    r1 <<= 2
    r2 = map[0] 16
    r2 += r1
    r0 = *(u32 *)(r2 +0)
  out:
    exit
