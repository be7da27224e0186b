// says: it returns 101; it should return 117
    w0 = -1
    r1 = map[0] 4
    r1 = *(u32 *)(r1 +0)
    w1 &= 7
    r2 = map[0] 8
    r2 += r1
    r0 = *(u8 *)(r2 +0)
  out:
    exit
