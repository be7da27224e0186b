// says: math between map_value pointer and register with unbounded min value is not allowed
    w0 = -1
    r1 = map[0] 8
    r1 = *(u64 *)(r1 +0)
    if r1 s> 9 goto out
    r1 <<= 2
    r2 = map[0] 16
    r2 += r1
    r0 = *(u32 *)(r2 +0)
  out:
    exit
