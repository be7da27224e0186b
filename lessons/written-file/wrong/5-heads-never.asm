// says: it prints "tgid      pid" 0 times; it should do so once
    r6 = r1                 // the context
    r8 = *(u64 *)(r6 +0)    // meta
    r9 = *(u64 *)(r8 +0)    // the file
    r7 = *(u64 *)(r6 +8)    // the thread, or NULL
    if r7 == 0 goto end
    r1 = *(u64 *)(r8 +16)   // seq_num
    if r7 != 0 goto line
    r1 = r9
    r2 = map[0] 26          // the heads
    w3 = 19
    r4 = 0
    w5 = 0
    call bpf_seq_printf
  line:
    r1 = *(u32 *)(r7 +1268) // its process
    *(u64 *)(r10 -16) = r1
    r1 = *(u32 *)(r7 +1264) // its number
    *(u64 *)(r10 -8) = r1
    r1 = r9
    r2 = map[0] 0           // "%8d %8d\n"
    w3 = 9
    r4 = r10
    r4 += -16
    w5 = 16
    call bpf_seq_printf
    goto out
  end:
    r1 = r9
    r2 = map[0] 9           // the end
    w3 = 17
    r4 = 0
    w5 = 0
    call bpf_seq_printf
  out:
    w0 = 0
    exit
