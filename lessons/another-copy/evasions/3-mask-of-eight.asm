// says: with waiting = 10, it returns 11; it should return 19
    w0 = -1
    r1 = map[0] 4
    r1 = *(u8 *)(r1 +0)
    w1 += -1
    w1 &= 7
    r1 <<= 2
    r2 = map[0] 16
    r2 += r1
    r0 = *(u32 *)(r2 +0)
  out:
    exit
