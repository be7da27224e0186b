// SPDX-License-Identifier: GPL-2.0-only
// Iterator pointers in every place where they do not belong, and states that paths bring together.
#include "../iterscope.bpf.h"
LICENSE;
NUM_ROOT

struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); } values SEC(".maps");
long data;

#define AT(reg) "r1 = " #reg ";"
ASM(iterator_in_map_value, "r6 = 0; *(u32 *)(r10 - 4) = r6; r1 = values ll; r2 = r10; r2 += -4; call 1; if r0 == 0 goto 1f; r1 = r0; r2 = 0; r3 = 3; call bpf_iter_num_new; 1: r0 = 0; exit;")
ASM(iterator_in_data, "r1 = data ll; r2 = 0; r3 = 3; call bpf_iter_num_new; r0 = 0; exit;")
ASM(iterator_in_map, "r1 = values ll; r2 = 0; r3 = 3; call bpf_iter_num_new; r0 = 0; exit;")
ASM(iterator_in_int, NEW(-8, 0, 3) NEXT(-8) "if r0 == 0 goto 1f; r1 = r0; call bpf_iter_num_next; 1:" DESTROY(-8) RET0)
ASM(iterator_in_null, NEW(-8, 0, 3) NEXT(-8) "r1 = r0; call bpf_iter_num_next;" DESTROY(-8) RET0)
ASM(active_or_not, RANDOM "if r0 > 5 goto 1f;" NEW(-8, 0, 3) "1:" NEXT(-8) DESTROY(-8) RET0)
ASM(destroyed_or_not, NEW(-8, 0, 3) RANDOM "if r0 > 5 goto 1f;" DESTROY(-8) "1:" DESTROY(-8) RET0)
ASM(destroyed_or_not_leak, NEW(-8, 0, 3) RANDOM "if r0 > 5 goto 1f;" DESTROY(-8) "1:" RET0)
ASM(destroyed_on_both, NEW(-8, 0, 3) RANDOM "if r0 > 5 goto 1f;" DESTROY(-8) "goto 2f; 1:" DESTROY(-8) "2:" RET0)
ASM(drained_or_active, NEW(-8, 0, 3) RANDOM "if r0 > 5 goto 1f;" NEXT(-8) "if r0 != 0 goto 1f; 1:" DESTROY(-8) RET0)
ASM(other_slot_by_branch, NEW(-8, 0, 3) NEW(-16, 0, 3) "r6 = r10; r6 += -8;" RANDOM "if r0 > 5 goto 1f; r6 += -8; 1:" AT(r6) "call bpf_iter_num_next;" DESTROY(-8) DESTROY(-16) RET0)
ASM(other_slot_destroyed, NEW(-8, 0, 3) NEW(-16, 0, 3) "r6 = r10; r6 += -8;" RANDOM "if r0 > 5 goto 1f; r6 += -8; 1:" AT(r6) "call bpf_iter_num_destroy;" DESTROY(-8) RET0)
ASM(pointer_spilled, "r6 = r10; r6 += -8; *(u64 *)(r10 - 16) = r6;" NEW(-8, 0, 3) "1: r1 = *(u64 *)(r10 - 16); call bpf_iter_num_next; if r0 != 0 goto 1b;" DESTROY(-8) RET0)
ASM(pointer_spilled_over_iterator, NEW(-8, 0, 3) "r6 = r10; r6 += -8; *(u64 *)(r10 - 8) = r6;" DESTROY(-8) RET0)
ASM(pointer_by_arithmetic, NEW(-24, 0, 3) "r6 = r10; r6 += -64; r6 += 40; r1 = r6; call bpf_iter_num_next; r7 = 40; r1 = r10; r1 += -64; r1 += r7; call bpf_iter_num_destroy;" RET0)
ASM(pointer_off_by_one, NEW(-24, 0, 3) "r1 = r10; r1 += -23; call bpf_iter_num_next;" DESTROY(-24) RET0)
ASM(pointer_off_by_eight, NEW(-24, 0, 3) "r1 = r10; r1 += -32; call bpf_iter_num_next;" DESTROY(-24) RET0)
ASM(partial_write_low, NEW(-8, 0, 3) "w6 = 0; *(u32 *)(r10 - 8) = w6;" DESTROY(-8) RET0)
ASM(partial_write_two, NEW(-8, 0, 3) "w6 = 0; *(u16 *)(r10 - 6) = w6;" NEXT(-8) DESTROY(-8) RET0)
ASM(write_across, NEW(-16, 0, 3) "r6 = 0; *(u32 *)(r10 - 12) = r6; *(u32 *)(r10 - 8) = r6;" DESTROY(-16) RET0)
ASM(var_write_over, NEW(-16, 0, 3) RANDOM "r0 &= 7; r6 = r10; r6 += -16; r6 += r0; r7 = 0; *(u8 *)(r6 + 0) = r7;" DESTROY(-16) RET0)
ASM(var_write_beside, NEW(-16, 0, 3) RANDOM "r0 &= 7; r6 = r10; r6 += -8; r6 += r0; r7 = 0; *(u8 *)(r6 + 0) = r7;" DESTROY(-16) RET0)
ASM(var_read_over, NEW(-16, 0, 3) RANDOM "r0 &= 7; r6 = r10; r6 += -16; r6 += r0; r7 = *(u8 *)(r6 + 0);" DESTROY(-16) RET0)
ASM(atomic_over, NEW(-16, 0, 3) "r7 = 1; lock *(u64 *)(r10 - 16) += r7;" DESTROY(-16) RET0)
ASM(key_over_iterator, NEW(-8, 0, 3) "r1 = values ll; r2 = r10; r2 += -8; call 1;" DESTROY(-8) RET0)
ASM(comm_over_two, NEW(-8, 0, 3) NEW(-16, 0, 3) "r1 = r10; r1 += -16; r2 = 16; call 16;" DESTROY(-8) DESTROY(-16) RET0)
ASM(int_kept_over_destroy, NEW(-8, 0, 3) NEXT(-8) "r6 = r0;" DESTROY(-8) "if r6 == 0 goto 1f; r7 = *(u32 *)(r6 + 0); 1:" RET0)
ASM(int_kept_over_other_destroy, NEW(-8, 0, 3) NEW(-16, 0, 3) NEXT(-8) "r6 = r0;" DESTROY(-16) "if r6 == 0 goto 1f; r7 = *(u32 *)(r6 + 0); 1:" DESTROY(-8) RET0)
ASM(int_spilled_over_destroy, NEW(-8, 0, 3) NEXT(-8) "*(u64 *)(r10 - 16) = r0;" DESTROY(-8) "r6 = *(u64 *)(r10 - 16); if r6 == 0 goto 1f; r7 = *(u32 *)(r6 + 0); 1:" RET0)
ASM(int_to_helper, NEW(-8, 0, 3) NEXT(-8) "if r0 == 0 goto 1f; r1 = r0; r2 = 4; call 6; 1:" DESTROY(-8) RET0)
ASM(int_to_writing_helper, NEW(-8, 0, 3) NEXT(-8) "if r0 == 0 goto 1f; r1 = r0; r2 = 4; call 16; 1:" DESTROY(-8) RET0)
ASM(int_as_key, NEW(-8, 0, 3) NEXT(-8) "if r0 == 0 goto 1f; r1 = values ll; r2 = r0; call 1; 1:" DESTROY(-8) RET0)
ASM(int_as_key_maybe_null, NEW(-8, 0, 3) NEXT(-8) "r1 = values ll; r2 = r0; call 1;" DESTROY(-8) RET0)
ASM(exit_inside_loop, NEW(-8, 0, 3) "1:" NEXT(-8) "if r0 == 0 goto 2f; r6 = *(u32 *)(r0 + 0); if r6 > 1 goto 3f; goto 1b; 2:" DESTROY(-8) "3:" RET0)
ASM(new_inside_loop_leaks, NEW(-8, 0, 3) "1:" NEXT(-8) "if r0 == 0 goto 2f;" NEW(-16, 0, 3) "goto 1b; 2:" DESTROY(-8) RET0)
ASM(destroy_inside_loop, NEW(-8, 0, 3) "1:" NEXT(-8) "if r0 == 0 goto 2f;" DESTROY(-8) "goto 1b; 2:" DESTROY(-8) RET0)
ASM(renewed_inside_loop, NEW(-8, 0, 3) "1:" NEXT(-8) "if r0 == 0 goto 2f;" DESTROY(-8) NEW(-8, 0, 3) "goto 1b; 2:" DESTROY(-8) RET0)
ASM(swapped_iterators, NEW(-8, 0, 3) NEW(-16, 0, 3) "r6 = r10; r6 += -8; r7 = r10; r7 += -16; 1: r1 = r6; call bpf_iter_num_next; if r0 == 0 goto 2f; r8 = r6; r6 = r7; r7 = r8; goto 1b; 2:" DESTROY(-8) DESTROY(-16) RET0)
ASM(null_check_inverted, NEW(-8, 0, 3) "1:" NEXT(-8) "if r0 != 0 goto 2f; r6 = *(u32 *)(r0 + 0); goto 1b; 2:" DESTROY(-8) RET0)
ASM(null_check_32, NEW(-8, 0, 3) "1:" NEXT(-8) "if w0 == 0 goto 2f; r6 = *(u32 *)(r0 + 0); goto 1b; 2:" DESTROY(-8) RET0)
ASM(null_check_against_register, "r6 = 0;" NEW(-8, 0, 3) "1:" NEXT(-8) "if r0 == r6 goto 2f; r7 = *(u32 *)(r0 + 0); goto 1b; 2:" DESTROY(-8) RET0)
ASM(null_check_greater, NEW(-8, 0, 3) "1:" NEXT(-8) "if r0 > 0 goto 3f; goto 2f; 3: r7 = *(u32 *)(r0 + 0); goto 1b; 2:" DESTROY(-8) RET0)
