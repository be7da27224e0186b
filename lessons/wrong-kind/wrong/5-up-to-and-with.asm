// says: gives an element 34 times
  w6 = 0
  r1 = r10
  r1 += -16
  r2 = map[0] 0           // mask
  w3 = 1
  call bpf_iter_bits_new
bits:
  r1 = r10
  r1 += -16
  call bpf_iter_bits_next
  if r0 == 0 goto done
  r3 = *(u32 *)(r0 +0)
  r1 = r10
  r1 += -24
  w3 += 1
  w2 = 0
  call bpf_iter_num_new
numbers:
  r1 = r10
  r1 += -24
  call bpf_iter_num_next
  if r0 == 0 goto counted
  w6 += 1
  goto numbers
counted:
  r1 = r10
  r1 += -24
  call bpf_iter_num_destroy
  goto bits
done:
  r1 = r10
  r1 += -16
  call bpf_iter_bits_destroy
  w0 = w6
  exit
