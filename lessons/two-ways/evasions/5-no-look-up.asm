// says: does not call bpf_map_lookup_elem
  r0 = 1
  exit
