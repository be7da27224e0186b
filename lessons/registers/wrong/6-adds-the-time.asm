// says: Nothing that one of r6 to r9 held before the call of bpf_ktime_get_ns is read after it
  call bpf_get_current_pid_tgid
  *(u64 *)(r10 -8) = r0
  call bpf_ktime_get_ns
  r1 = *(u64 *)(r10 -8)
  r0 += r1
  exit
