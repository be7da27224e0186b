// says: R7 !read_ok
  call bpf_get_smp_processor_id
  r6 = r0
  r6 += 7
  r0 = r7
  exit
