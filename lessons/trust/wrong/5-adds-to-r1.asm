// says: R1 !read_ok
  call bpf_get_smp_processor_id
  r1 += 7
  r0 = r1
  exit
