// says: with first = 28, it returns -1; it should return 101
    w0 = -1
    r1 = map[0] 0
    r1 = *(u32 *)(r1 +0)
    if w1 != 4 goto out
    r2 = map[0] 8
    r2 += r1
    r0 = *(u8 *)(r2 +0)
    r1 = *(u8 *)(r2 +3)
    w0 += w1
  out:
    exit
