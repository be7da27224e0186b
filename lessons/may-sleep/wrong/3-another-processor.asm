// says: When bpf_cpumask_test_cpu is called, r1 is 5; it should be 0
    r1 = map[0] 0
    r1 = *(u32 *)(r1 +0)
    call bpf_task_from_pid
    w7 = -1
    if r0 == 0 goto out
    r6 = r0
    call bpf_rcu_read_lock
    r2 = *(u64 *)(r6 +800)
    w1 = 5
    call bpf_cpumask_test_cpu
    w7 = w0
    w7 &= 1
    call bpf_rcu_read_unlock
    r1 = r6
    call bpf_task_release
  out:
    w0 = w7
    exit
