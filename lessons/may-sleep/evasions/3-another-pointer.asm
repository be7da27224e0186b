// says: kernel function bpf_cpumask_test_cpu args#1 expected pointer to STRUCT cpumask but R2 has a pointer to STRUCT task_struct
    r1 = map[0] 0
    r1 = *(u32 *)(r1 +0)
    call bpf_task_from_pid
    w7 = -1
    if r0 == 0 goto out
    r6 = r0
    r2 = r6
    w1 = 0
    call bpf_cpumask_test_cpu
    w7 = w0
    r1 = r6
    call bpf_task_release
  out:
    w0 = w7
    exit
