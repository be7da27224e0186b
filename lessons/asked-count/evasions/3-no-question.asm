// says: with seats[1] = 1, it returns 76; it should return -1
    r1 = 0
    *(u64 *)(r10 -8) = r1
    r3 = r10
    r3 += -8
    w1 = 100
    r2 = func taken
    r4 = 0
    call bpf_loop
    r1 = *(u64 *)(r10 -8)
    w0 = w1
    exit
  taken:
    w1 &= 7
    r1 <<= 2
    r3 = map[0] 8
    r3 += r1
    r1 = *(u32 *)(r3 +0)
    if w1 == 0 goto free
    r1 = *(u64 *)(r2 +0)
    r1 += 1
    *(u64 *)(r2 +0) = r1
  free:
    w0 = 0
    exit
