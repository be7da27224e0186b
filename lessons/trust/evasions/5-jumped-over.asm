// says: unreachable insn
  r0 = 7
  goto end
  call bpf_get_smp_processor_id
end:
  exit
