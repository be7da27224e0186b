// says: it returns 8; it should return 7
  call bpf_get_smp_processor_id
  r0 += 8
  exit
