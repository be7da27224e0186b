// says: BPF_EXIT instruction in main prog would lead to reference leak
    r1 = map[0] 0
    r1 = *(u32 *)(r1 +0)
    call bpf_task_from_pid
    w7 = -1
    if r0 == 0 goto out
    r6 = r0
    call bpf_rcu_read_lock
    r2 = *(u64 *)(r6 +800)
    w1 = 0
    call bpf_cpumask_test_cpu
    w7 = w0
    w7 &= 1
    call bpf_rcu_read_unlock
  out:
    w0 = w7
    exit
