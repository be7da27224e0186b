// says: 32-bit pointer arithmetic prohibited
    w6 = 0
    r1 = r10
    r1 += -8
    call bpf_iter_dmabuf_new
  loop:
    r1 = r10
    r1 += -8
    call bpf_iter_dmabuf_next
    if r0 == 0 goto done
    w6 += w0
    goto loop
  done:
    r1 = r10
    r1 += -8
    call bpf_iter_dmabuf_destroy
    w0 = w6
    exit
