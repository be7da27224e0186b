// says: The program does not call bpf_cpumask_test_cpu
    r1 = map[0] 0
    r1 = *(u32 *)(r1 +0)
    call bpf_task_from_pid
    w7 = -1
    if r0 == 0 goto out
    r6 = r0
    w7 = 1
    r1 = r6
    call bpf_task_release
  out:
    w0 = w7
    exit
