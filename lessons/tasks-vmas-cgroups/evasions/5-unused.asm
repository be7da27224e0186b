// says: never gives an element
    r6 = 0                // the sum, in pages
    r1 = r10
    r1 += -24             // the tasks
    r2 = 0
    w3 = 0
    call bpf_iter_task_new
  tasks:
    r1 = r10
    r1 += -24
    call bpf_iter_task_next
    if r0 == 0 goto done
    r7 = 0                // the largest area so far
    r1 = r10
    r1 += -32             // its areas
    r2 = r0
    r3 = 0
    call bpf_iter_task_vma_new
    r7 = 994190
    r1 = r10
    r1 += -32
    call bpf_iter_task_vma_destroy
    r1 = r7
    r1 >>= 12             // bytes to pages
    r6 += r1
    goto tasks
  done:
    r1 = r10
    r1 += -24
    call bpf_iter_task_destroy
    r0 = r6
    exit
