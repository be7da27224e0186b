// says: Nothing that a slot of the stack held before the call of bpf_ktime_get_ns is read after it
  call bpf_get_current_pid_tgid
  r6 = r0
  call bpf_ktime_get_ns
  *(u64 *)(r10 -8) = r6
  r0 = r6
  r1 = *(u64 *)(r10 -8)
  r0 += r1
  exit
