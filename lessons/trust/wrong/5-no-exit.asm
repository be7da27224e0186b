// says: last insn is not an exit or jmp
  call bpf_get_smp_processor_id
  r0 += 7
