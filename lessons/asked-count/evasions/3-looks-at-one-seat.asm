// says: The program does not call bpf_loop
    r1 = map[0] 12
    r1 = *(u32 *)(r1 +0)
    w0 = -1
    if r1 != 0 goto out
    w0 = 63
  out:
    exit
