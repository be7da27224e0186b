// says: Nothing that one of r6 to r9 held before the call of bpf_ktime_get_ns is read after it
  call bpf_ktime_get_ns
  call bpf_get_current_pid_tgid
  r6 = r0
  *(u64 *)(r10 -8) = r0
  r0 = r6
  r1 = *(u64 *)(r10 -8)
  r0 += r1
  exit
