// says: comes to no call of bpf_get_current_comm
    w6 = 0
    r1 = r10
    r1 += -8              // the num iterator
    w2 = 4
    w3 = 8
    call bpf_iter_num_new
  numbers:
    r1 = r10
    r1 += -8
    call bpf_iter_num_next
    if r0 == 0 goto done
    r1 = *(u32 *)(r0 +0)
    *(u64 *)(r10 -32) = r1    // the word
    r1 = r10
    r1 += -24             // the bits iterator
    r2 = r10
    r2 += -32
    w3 = 1
    call bpf_iter_bits_new
  bits:
    r1 = r10
    r1 += -24
    call bpf_iter_bits_next
    if r0 == 0 goto counted
    w6 += 1
    goto bits
  counted:
    r1 = r10
    r1 += -24
    call bpf_iter_bits_destroy
    goto numbers
  done:
    r1 = r10
    r1 += -8
    call bpf_iter_num_destroy
    w0 = w6
    exit
