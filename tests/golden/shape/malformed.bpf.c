// SPDX-License-Identifier: GPL-2.0-only
// Instructions that no compiler writes. mcpu=v4
#include "../iterscope.bpf.h"
LICENSE;

/* One slot as it stands: opcode, source and destination, offset, immediate. */
#define RAW(code, src, dst, off, imm) ".byte " #code ", " #src " << 4 | " #dst "; .short " #off "; .long " #imm ";"

ASM(call_through_register, RAW(0x8d, 0, 1, 0, 0) RET0)
ASM(call_of_unknown_kind, RAW(0x85, 3, 0, 0, 7) RET0)
ASM(move_of_percpu_address, RAW(0xbf, 1, 6, -1, 0) RET0)
ASM(jump_without_condition, RAW(0xe5, 1, 3, 0, 5) RET0)
ASM(may_goto_with_register, RAW(0xe5, 0, 3, 0, 0) RET0)
ASM(byte_swap_of_no_width, RAW(0xd7, 0, 3, 0, 24) RET0)
ASM(kfunc_that_is_a_type, RAW(0x85, 2, 0, 0, 1) RET0)
ASM(kfunc_beyond_the_last, RAW(0x85, 2, 0, 0, 0x7fffffff) RET0)
ASM(kfunc_of_a_module, RAW(0x85, 2, 0, 1, 5) RET0)
ASM(kfunc_of_no_module, RAW(0x85, 2, 0, -1, 5) RET0)
ASM(kfunc_never_reached, "r0 = 0; if r0 == 0 goto 1f;" RAW(0x85, 2, 0, 0, 1) "1: exit;")
ASM(wide_load_of_unknown_kind, RAW(0x18, 7, 1, 0, 0) RAW(0, 0, 0, 0, 0) RET0)
ASM(wide_load_by_index, RAW(0x18, 5, 1, 0, 0) RAW(0, 0, 0, 0, 0) RET0)
ASM(wide_load_with_offset, RAW(0x18, 0, 1, 3, 0) RAW(0, 0, 0, 0, 0) RET0)
ASM(wide_load_cut_off, RET0 RAW(0x18, 0, 1, 0, 0))
ASM(wide_load_second_half, RAW(0x18, 0, 1, 0, 0) RAW(0, 0, 1, 0, 0) RET0)
ASM(jump_into_wide_load, "goto +1;" RAW(0x18, 0, 1, 0, 0) RAW(0, 0, 0, 0, 0) RET0)
ASM(packet_load, RAW(0x30, 0, 0, 0, 14) RET0)
ASM(packet_load_indirect, "r6 = r1;" RAW(0x50, 2, 0, 0, 14) RET0)
ASM(load_with_immediate, RAW(0x79, 10, 1, -8, 1) RET0)
ASM(store_with_source, RAW(0x7a, 1, 10, -8, 1) RET0)
ASM(exit_with_registers, "r0 = 0;" RAW(0x95, 0, 1, 0, 0))
ASM(atomic_of_no_kind, RAW(0xdb, 1, 10, -8, 0x77) RET0)
ASM(no_end, "r0 = 0;")
ASM(jump_before_start, "r0 = 0; goto -5; exit;")
ASM(jump_past_end, "r0 = 0; goto +5; exit;")
