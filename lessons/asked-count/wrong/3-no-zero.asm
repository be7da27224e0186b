// says: it returns -1; it should return 63
    r3 = 0
    w1 = 100
    r2 = func taken
    r4 = 0
    call bpf_loop
    r1 = map[0] 0
    r1 = *(u64 *)(r1 +0)
    w0 = -1
    if r1 > 70 goto out
    w0 = w1
  out:
    exit
  taken:
    w1 &= 7
    r1 <<= 2
    r3 = map[0] 8
    r3 += r1
    r1 = *(u32 *)(r3 +0)
    if w1 == 0 goto free
    r2 = map[0] 0
    r1 = *(u64 *)(r2 +0)
    r1 += 1
    *(u64 *)(r2 +0) = r1
  free:
    w0 = 0
    exit
