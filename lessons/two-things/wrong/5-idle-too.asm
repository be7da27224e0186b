// says: it returns 60; it should return 59
    w6 = 0
    r1 = r10
    r1 += -24
    r2 = 0
    w3 = 1                  // all threads
    call bpf_iter_task_new
  loop:
    r1 = r10
    r1 += -24
    call bpf_iter_task_next
    if r0 == 0 goto done
    w6 += 1
    goto loop
  done:
    r1 = r10
    r1 += -24
    call bpf_iter_task_destroy
    w0 = w6
    exit
