// SPDX-License-Identifier: GPL-2.0-only
// Found by npm run fuzz: a NULL remembers which map it came from, and a loop that finds another map's NULL widens it. mcpu=v4
#include "../iterscope.bpf.h"
LICENSE;

struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u64); __type(value, __u64[2]); } first SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64); } second SEC(".maps");

#define BODY(between) \
	RANDOM "r9 = -8; *(u64 *)(r10 - 16) = 1; 1: may_goto 3f;" \
	"r1 = first ll; r2 = r10; r2 += -16; call 1; r6 = r0; if r6 == 0 goto 2f;" \
	"*(u32 *)(r10 - 8) = r9; r1 = second ll; r2 = r10; r2 += -8; call 1; r9 = r0; if r9 == 0 goto 4f; 4:" between "r9 = 3;" \
	"2: goto 1b; 3: r0 = 0; exit;"
ASM(null_of_two_maps, BODY(""))
ASM(null_plus_number, BODY("if r0 != 0 goto 5f; r0 += 1; 5:"))
ASM(null_or_number, BODY("if r0 != 0 goto 5f; r0 |= 1; 5:"))
ASM(null_shifted, BODY("if r0 != 0 goto 5f; r0 <<= 1; 5:"))
ASM(null_narrowed, BODY("if r0 != 0 goto 5f; w0 = w0; 5:"))
ASM(null_extended, BODY("if r0 != 0 goto 5f; r0 = (s8)r0; 5:"))
ASM(null_negated, BODY("if r0 != 0 goto 5f; r0 = -r0; 5:"))
ASM(null_swapped, BODY("if r0 != 0 goto 5f; r0 = be32 r0; 5:"))
ASM(null_divided, BODY("if r0 != 0 goto 5f; r0 /= 3; 5:"))
ASM(null_times_zero, BODY("if r0 != 0 goto 5f; r0 *= 0; 5:"))
ASM(null_and_unknown, BODY("if r0 != 0 goto 5f; r0 &= r6; 5:"))
