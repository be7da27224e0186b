// says: R2 max value is outside of the allowed memory range
    w0 = -1
    r1 = map[0] 0
    r1 = *(u32 *)(r1 +0)
    w2 = w1
    w2 += 4
    if w2 > 32 goto out
    w1 &= 31
    r2 = map[0] 8
    r2 += r1
    r0 = *(u8 *)(r2 +0)
    r1 = *(u8 *)(r2 +3)
    w0 += w1
  out:
    exit
