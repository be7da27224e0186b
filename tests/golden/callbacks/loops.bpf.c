// SPDX-License-Identifier: GPL-2.0-only
// bpf_loop inside loops and inside its own callbacks. mcpu=v4
#include "../iterscope.bpf.h"
LICENSE;
SUB(nested_in_may_goto_cb1,
	"r7 = r2;"
	"r2 = nested_in_may_goto_cb2 ll;"
	"r3 = r10;"
	"r4 = 0;"
	"call 181;"
	"r9 = r0;"
	"*(u64 *)(r7 + 0) = r9;"
	"r0 = 1;"
	"exit;")
SUB(nested_in_may_goto_cb2,
	"r0 = 0;"
	"exit;")
SEC("raw_tp") __naked int nested_in_may_goto(void) { asm volatile(
	"call 7;"
	"r8 = r0;"
	"nested_in_may_goto_l1:"
	"may_goto nested_in_may_goto_l2;"
	"*(u64 *)(r10 - 24) = 3;"
	"r1 = r8;"
	"r2 = nested_in_may_goto_cb1 ll;"
	"r3 = r10;"
	"r3 += -24;"
	"r4 = 0;"
	"call 181;"
	"goto nested_in_may_goto_l1;"
	"nested_in_may_goto_l2:"
	"r0 = 0;"
	"exit;"
	::: "memory"); }

SUB(nested_in_count_cb1,
	"nested_in_count_l4:"
	"may_goto nested_in_count_l5;"
	"goto nested_in_count_l4;"
	"nested_in_count_l5:"
	"r0 = 0;"
	"exit;")
SUB(nested_in_count_cb2,
	"r2 = nested_in_count_cb3 ll;"
	"r3 = r10;"
	"r4 = 0;"
	"call 181;"
	"r0 = 0;"
	"exit;")
SUB(nested_in_count_cb3,
	"r2 = nested_in_count_cb4 ll;"
	"r3 = r10;"
	"r3 += -24;"
	"r4 = 0;"
	"call 181;"
	"r0 = 0;"
	"exit;")
SUB(nested_in_count_cb4,
	"r7 = r2;"
	"r8 = *(u64 *)(r7 + 0);"
	"r0 = r8;"
	"r0 &= 1;"
	"exit;")
SEC("raw_tp") __naked int nested_in_count(void) { asm volatile(
	"r7 = 5;"
	"nested_in_count_l1:"
	"r1 = 1;"
	"r2 = nested_in_count_cb1 ll;"
	"r3 = r10;"
	"r4 = 0;"
	"call 181;"
	"r1 = 8388608;"
	"r2 = nested_in_count_cb2 ll;"
	"r3 = r10;"
	"r4 = 0;"
	"call 181;"
	"r7 += -1;"
	"if r7 > 0 goto nested_in_count_l1;"
	"exit;"
	::: "memory"); }

/* The count may be anything, says the prototype; the kernel's own bookkeeping wants a number. */
SUB(nothing, "r0 = 0; exit;")
ASM(count_is_a_pointer, "r2 = nothing ll; r3 = r10; r4 = 0; call 181; r0 = 0; exit;")
