// says: it does not print "59 threads"
    r6 = r1
    r7 = map[1] 0           // where the variable lies
    r2 = *(u64 *)(r6 +8)    // the thread, or NULL
    if r2 == 0 goto print
    r1 = *(u32 *)(r7 +0)
    r1 += 1
    *(u32 *)(r7 +0) = r1
    goto out
  print:
    *(u64 *)(r10 -8) = r1
    r1 = *(u64 *)(r6 +0)
    r1 = *(u64 *)(r1 +0)    // the file
    r2 = map[0] 11          // the text
    w3 = 12                 // its length
    r4 = r10
    r4 += -8                // the numbers
    w5 = 8                  // their length
    call bpf_seq_printf
  out:
    w0 = 0
    exit
