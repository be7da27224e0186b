// says: R2 unbounded memory access, make sure to bounds check any such access
    w0 = -1
    r1 = map[0] 4
    r1 = *(u8 *)(r1 +0)
    w1 += -1
    if w1 s> 9 goto out
    r1 <<= 2
    r2 = map[0] 16
    r2 += r1
    r0 = *(u32 *)(r2 +0)
  out:
    exit
