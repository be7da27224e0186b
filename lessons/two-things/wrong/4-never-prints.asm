// says: it prints 0 lines; it should print 1
    r6 = r1                 // the context
    r7 = map[1] 0           // where the variable lies
    r1 = *(u32 *)(r7 +0)
    r1 += 1
    *(u32 *)(r7 +0) = r1
    r2 = *(u64 *)(r6 +8)    // the thread, or NULL
    if r2 == 0 goto out
    if r1 != 77 goto out
    // print "%d threads\n" with the number in r1
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
