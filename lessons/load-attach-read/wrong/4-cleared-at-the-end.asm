// says: with count = 5, it does not print "59 threads"
    r6 = r1                 // the context
    r8 = *(u64 *)(r6 +0)    // meta
    r7 = map[0] 0           // where the variable lies
    r2 = *(u64 *)(r6 +8)    // the thread, or NULL
    if r2 == 0 goto print
    r1 = *(u32 *)(r7 +0)
    r1 += 1
    *(u32 *)(r7 +0) = r1
    goto out
  print:
    r1 = *(u32 *)(r7 +0)
    *(u64 *)(r10 -8) = r1
    r1 = *(u64 *)(r8 +0)    // the file
    r2 = map[1] 0           // "%d threads\n"
    w3 = 12
    r4 = r10
    r4 += -8
    w5 = 8
    call bpf_seq_printf
    *(u32 *)(r7 +0) = 0
  out:
    w0 = 0
    exit
