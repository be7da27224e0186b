// says: it returns 0; it should return 7
  call bpf_get_smp_processor_id
  r6 = r0
  r0 = r6
  r6 += 7
  exit
