// says: R0 invalid mem access
    w6 = 0
    r1 = r10
    r1 += -8
    call bpf_iter_dmabuf_new
  loop:
    r1 = r10
    r1 += -8
    call bpf_iter_dmabuf_next
    r1 = *(u64 *)(r0 +0)
    w6 += w1
    if r0 == 0 goto done
    goto loop
  done:
    r1 = r10
    r1 += -8
    call bpf_iter_dmabuf_destroy
    w0 = w6
    exit
