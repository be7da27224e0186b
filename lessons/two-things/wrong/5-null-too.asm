// says: R0 invalid mem access
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
    r1 = *(u32 *)(r0 +1264) // its number
    if r1 == 0 goto loop
    w6 += 1
    if r0 == 0 goto done
    goto loop
  done:
    r1 = r10
    r1 += -24
    call bpf_iter_task_destroy
    w0 = w6
    exit
