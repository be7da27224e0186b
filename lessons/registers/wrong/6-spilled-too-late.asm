// says: R1 !read_ok
  call bpf_get_current_pid_tgid
  r6 = r0
  r1 = r0
  call bpf_ktime_get_ns
  *(u64 *)(r10 -8) = r1
  r0 = r6
  r1 = *(u64 *)(r10 -8)
  r0 += r1
  exit
