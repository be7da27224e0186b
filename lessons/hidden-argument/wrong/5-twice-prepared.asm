// says: it returns -16; it should return 0
    w1 = 0
    *(u32 *)(r10 -4) = r1
    r2 = r10
    r2 += -4
    r1 = map[0]             // works
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r6 = r0                 // the item
    r1 = r6
    r2 = map[0]
    w3 = 0
    call bpf_wq_init
    r1 = r6
    r2 = map[0]
    w3 = 0
    call bpf_wq_init
    if w0 != 0 goto failed
    r1 = r6
    r2 = func count
    w3 = 0
    call bpf_wq_set_callback_impl
    r1 = r6
    w2 = 0
    call bpf_wq_start
    goto out
  failed:
    exit
  out:
    w0 = 0
    exit
  count:
    r1 = map[1] 0
    r2 = *(u32 *)(r1 +0)
    w2 += 1
    *(u32 *)(r1 +0) = r2
    w0 = 0
    exit
