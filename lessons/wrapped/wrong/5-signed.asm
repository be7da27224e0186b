// says: R2 unbounded memory access, make sure to bounds check any such access
    w0 = -1
    r1 = map[0] 4
    r1 = *(u32 *)(r1 +0)
    if w1 > 32 goto out
    w2 = w1
    w2 >>= 1
    w1 -= w2
    if w1 s> 31 goto out
    r2 = map[0] 8
    r2 += r1
    r0 = *(u8 *)(r2 +0)
  out:
    exit
