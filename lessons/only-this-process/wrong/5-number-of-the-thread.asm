// says: with only_pid = 600, it does not print "600 604\n640 640\n"
    r6 = r1                 // the context
    r7 = *(u64 *)(r6 +8)    // the thread, or NULL
    if r7 == 0 goto out
    r1 = map[0] 0           // where only_pid lies
    r1 = *(u32 *)(r1 +0)
    r2 = *(u32 *)(r7 +1264)
    if r2 < r1 goto out
    *(u64 *)(r10 -16) = r2
    r2 = *(u32 *)(r7 +1264)
    *(u64 *)(r10 -8) = r2
    r1 = *(u64 *)(r6 +0)
    r1 = *(u64 *)(r1 +0)    // the file
    r2 = map[0] 4           // "%d %d\n"
    w3 = 7
    r4 = r10
    r4 += -16
    w5 = 16
    call bpf_seq_printf
  out:
    w0 = 0
    exit
