// says: R2 unbounded memory access, make sure to bounds check any such access
    w0 = -1
    r1 = map[0] 0
    r1 = *(u32 *)(r1 +0)
    if w1 s> 28 goto out
    r2 = map[0] 8
    r2 += r1
    r0 = *(u8 *)(r2 +0)
    r1 = *(u8 *)(r2 +3)
    w0 += w1
  out:
    exit
