// says: it returns 53; it should return 59
    w6 = 0
    r1 = r10
    r1 += -24
    r2 = 0
    w3 = 0                  // all threads
    call bpf_iter_task_new
  loop:
    r1 = r10
    r1 += -24
    call bpf_iter_task_next
    if r0 == 0 goto done
    r1 = *(u32 *)(r0 +1264) // its number
    if r1 == 0 goto loop
    w6 += 1
    goto loop
  done:
    r1 = r10
    r1 += -24
    call bpf_iter_task_destroy
    w0 = w6
    exit
