// says: with length = 7, it returns 32; it should return 113
    w0 = -1
    r1 = map[0] 4
    r1 = *(u32 *)(r1 +0)
    if w1 > 32 goto out
    w1 >>= 1
    r2 = map[0] 8
    r2 += r1
    r0 = *(u8 *)(r2 +0)
  out:
    exit
