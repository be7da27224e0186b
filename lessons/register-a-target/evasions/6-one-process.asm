// says: it prints 10 lines; it should print 139
    r6 = r1                 // the context
    r7 = *(u64 *)(r6 +8)    // the task, or NULL
    r8 = *(u32 *)(r6 +16)   // the number of the file
    r9 = *(u64 *)(r6 +24)   // the file, or NULL
    if r7 == 0 goto out
    if r9 == 0 goto out
    r1 = *(u32 *)(r7 +1268) // the process
    if r1 != 600 goto out
    *(u64 *)(r10 -24) = r1
    *(u64 *)(r10 -16) = r8
    r1 = *(u32 *)(r9 +40)   // the flags of the file
    *(u64 *)(r10 -8) = r1
    r1 = *(u64 *)(r6 +0)    // meta
    r1 = *(u64 *)(r1 +0)
    r2 = map[1] 0           // "%d fd %d flags 0x%x\n"
    w3 = 21
    r4 = r10
    r4 += -24
    w5 = 24
    call bpf_seq_printf
  out:
    w0 = 0
    exit
