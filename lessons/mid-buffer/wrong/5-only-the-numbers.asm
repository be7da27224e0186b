// says: with calls = 7, it prints "n    pid" 0 times; it should do so once
    r6 = r1                 // the context
    r8 = *(u64 *)(r6 +0)    // meta
    r7 = *(u64 *)(r6 +8)    // the thread, or NULL
    if r7 == 0 goto out
    r9 = map[1] 0           // the counter
    r1 = *(u32 *)(r9 +0)
    if r1 != 0 goto line
    r1 = *(u64 *)(r8 +0)    // the file
    r2 = map[0] 18          // the heads
    w3 = 13
    r4 = 0
    w5 = 0
    call bpf_seq_printf
  line:
    r1 = *(u32 *)(r9 +0)
    r2 = *(u64 *)(r8 +16)
    *(u64 *)(r10 -24) = r2
    r1 += 1
    *(u32 *)(r9 +0) = r1
    r1 = *(u32 *)(r7 +1264)
    *(u64 *)(r10 -16) = r1  // the number of the thread
    r1 = r7
    r1 += 1752
    *(u64 *)(r10 -8) = r1   // its name
    r1 = *(u64 *)(r8 +0)    // the file
    r2 = map[0] 0           // the line
    w3 = 18
    r4 = r10
    r4 += -24
    w5 = 24
    call bpf_seq_printf
  out:
    w0 = 0
    exit
