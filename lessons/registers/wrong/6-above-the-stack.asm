// says: invalid write to stack R10 off=8 size=8
  call bpf_get_current_pid_tgid
  r6 = r0
  *(u64 *)(r10 +8) = r0
  call bpf_ktime_get_ns
  r0 = r6
  r1 = *(u64 *)(r10 +8)
  r0 += r1
  exit
