// SPDX-License-Identifier: GPL-2.0-only
/* A pointer beyond the packet's end has no range, which is no smaller one: states in which one is and one is not are not alike. */
#include "../iterscope.bpf.h"
LICENSE;
SUB(met_beyond_the_end_f1,
	"r6 = 19;"
	"r0 = r6;"
	"exit;")
SEC("xdp") __naked int met_beyond_the_end(void) { asm volatile(
	"r6 = r1;"
	"r8 = 8;"
	"r7 = 5;"
	"met_beyond_the_end_l2:"
	"if w8 <= -8 goto met_beyond_the_end_l3;"
	"call met_beyond_the_end_f1;"
	"r9 = r0;"
	"met_beyond_the_end_l3:"
	"r2 = *(u32 *)(r6 + 0);"
	"r3 = *(u32 *)(r6 + 4);"
	"r4 = r2;"
	"r4 += 20;"
	"if r4 > r3 goto met_beyond_the_end_l4;"
	"r8 = *(u32 *)(r2 + 3);"
	"met_beyond_the_end_l4:"
	"r7 += -1;"
	"if r7 != 0 goto met_beyond_the_end_l2;"
	"exit;"
	::: "memory"); }
