// says: with wanted = 1, it returns 19; it should return 11
    r9 = map[0] 0           // wanted
    r9 = *(u32 *)(r9 +0)
    w8 = 0                  // the result
    r1 = r10
    r1 += -8                // rows
    w2 = 1
    w3 = 10
    call bpf_iter_num_new
  rows:
    r1 = r10
    r1 += -8
    call bpf_iter_num_next
    if r0 == 0 goto done
    r6 = *(u32 *)(r0 +0)
    r1 = r10
    r1 += -16               // columns
    w2 = 9
    w3 = 10
    call bpf_iter_num_new
  columns:
    r1 = r10
    r1 += -16
    call bpf_iter_num_next
    if r0 == 0 goto row_done
    r7 = *(u32 *)(r0 +0)
    r1 = r6
    r1 *= r7
    if r1 < r9 goto columns
    w8 = w6
    w8 *= 10
    w8 += w7
    r1 = r10
    r1 += -16
    call bpf_iter_num_destroy
    goto done
  row_done:
    r1 = r10
    r1 += -16
    call bpf_iter_num_destroy
    goto rows
  done:
    r1 = r10
    r1 += -8
    call bpf_iter_num_destroy
    w0 = w8
    exit
