// says: before next of the dmabuf iterator has given NULL
    w6 = 0
    r1 = r10
    r1 += -8
    call bpf_iter_dmabuf_new
  loop:
    r1 = r10
    r1 += -8
    call bpf_iter_dmabuf_next
    if r0 == 0 goto done
    r1 = *(u64 *)(r0 +0)
    w6 += w1
    goto done
  done:
    r1 = r10
    r1 += -8
    call bpf_iter_dmabuf_destroy
    w0 = w6
    exit
