// says: R2 max value is outside of the allowed memory range
    w0 = -1
    r1 = map[0] 4
    r1 = *(u8 *)(r1 +0)
    w1 += -1
    w2 = w1
    w1 &= 255
    if w2 > 9 goto out
    if w2 > 10 goto out
    r1 <<= 2
    r2 = map[0] 16
    r2 += r1
    r0 = *(u32 *)(r2 +0)
  out:
    exit
