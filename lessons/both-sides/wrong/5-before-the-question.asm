// says: R2 invalid mem access
    r6 = r1                 // the context
    r7 = map[1] 0           // where count lies
    r2 = *(u64 *)(r6 +8)    // the thread, or NULL
    r3 = *(u32 *)(r2 +1264) // its pid
    r4 = *(u32 *)(r2 +1268) // its tgid
    if r3 != r4 goto out
    if r2 == 0 goto print
    r1 = *(u32 *)(r7 +0)
    r1 += 1
    *(u32 *)(r7 +0) = r1
    goto out
  print:
    r1 = *(u32 *)(r7 +0)
    *(u64 *)(r10 -8) = r1
    r1 = *(u64 *)(r6 +0)
    r1 = *(u64 *)(r1 +0)    // the file
    r2 = map[0] 12          // "%d of them\n"
    w3 = 12                 // its length
    r4 = r10
    r4 += -8
    w5 = 8
    call bpf_seq_printf
  out:
    w0 = 0
    exit
