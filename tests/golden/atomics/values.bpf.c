// SPDX-License-Identifier: GPL-2.0-only
// Atomic operations: what they load and store, what must be exact for them, and through which pointers they may go.
// mcpu=v4
#include "../iterscope.bpf.h"
LICENSE;

struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); } array SEC(".maps");

#define LOOKUP "r1 = 0; *(u32 *)(r10 - 4) = r1; r2 = r10; r2 += -4; r1 = %[array] ll; call 1; if r0 == 0 goto 9f;"
#define WITH_MAP(name, body) \
	SEC("raw_tp") __naked int name(void) { asm volatile(LOOKUP body "9: r0 = 0; exit;" :: __imm_addr(array) : "memory"); }
#define __imm_addr(name) [name] "i"(&name)

/* The fetched value is needed exactly: as a shift of a stack pointer. */
#define USE(reg) #reg " &= 7; r3 = r10; r3 += " #reg "; r0 = 0; exit;"
ASM(fetch_add_stack, "r1 = 8; *(u64 *)(r10 - 8) = r1; r2 = 0; r2 = atomic_fetch_add((u64 *)(r10 - 8), r2);" USE(r2))
ASM(fetch_or_stack, "r1 = 8; *(u64 *)(r10 - 8) = r1; r2 = 0; r2 = atomic_fetch_or((u64 *)(r10 - 8), r2);" USE(r2))
ASM(xchg_stack, "r1 = 8; *(u64 *)(r10 - 8) = r1; r2 = 5; r2 = xchg_64(r10 - 8, r2);" USE(r2))
ASM(cmpxchg_stack, "r1 = 8; *(u64 *)(r10 - 8) = r1; r0 = 8; r2 = 0; r0 = cmpxchg_64(r10 - 8, r0, r2);" USE(r0))
ASM(cmpxchg32_stack, "r1 = 8; *(u32 *)(r10 - 8) = r1; w0 = 8; w2 = 0; w0 = cmpxchg32_32(r10 - 8, w0, w2);" USE(r0))
WITH_MAP(fetch_add_map, "r1 = 0; r1 = atomic_fetch_add((u64 *)(r0 + 0), r1); r1 &= 7; r3 = r10; r3 += r1;")
WITH_MAP(fetch_add32_map, "w1 = 0; w1 = atomic_fetch_add((u32 *)(r0 + 0), w1); r1 &= 7; r3 = r10; r3 += r1;")

/* Pointers as operands: root may. */
WITH_MAP(adds_pointer, "r1 = r10; lock *(u64 *)(r0 + 0) += r1;")
WITH_MAP(exchanges_pointer, "r1 = r10; r1 = xchg_64(r0 + 0, r1); r1 &= 1;")
WITH_MAP(compares_pointer, "r6 = r0; r0 = r10; r1 = 1; r0 = cmpxchg_64(r6 + 0, r0, r1);")
ASM(loads_spilled_pointer, "*(u64 *)(r10 - 8) = r10; r1 = 0; r1 = atomic_fetch_add((u64 *)(r10 - 8), r1); r0 = *(u64 *)(r1 - 8); r0 = 0; exit;")
ASM(overwrites_its_pointer, "r1 = r10; *(u64 *)(r10 - 8) = r10; r1 = atomic_fetch_add((u64 *)(r1 - 8), r1); r0 = 0; exit;")

/* Where atomics may not go. */
ASM(adds_to_context, "r2 = 1; lock *(u64 *)(r1 + 0) += r2; r0 = 0; exit;")
ASM(adds_to_number, "r1 = 1; r2 = 1; lock *(u64 *)(r1 + 0) += r2; r0 = 0; exit;")
ASM(adds_to_unwritten, "r2 = 1; lock *(u64 *)(r10 - 8) += r2; r0 = 0; exit;")
ASM(adds_misaligned, "r2 = 1; *(u64 *)(r10 - 8) = r2; *(u64 *)(r10 - 16) = r2; lock *(u64 *)(r10 - 12) += r2; r0 = 0; exit;")
WITH_MAP(adds_misaligned_map, "r2 = 1; lock *(u32 *)(r0 + 2) += r2;")
WITH_MAP(adds_past_value, "r2 = 1; lock *(u64 *)(r0 + 8) += r2;")

/* Load-acquire and store-release. */
ASM(acquires_stack, "r1 = 7; *(u64 *)(r10 - 8) = r1; .8byte 0x00000100fff8a0db; if r0 == 7 goto +1; r0 = *(u64 *)(r1 + 0); r0 = 0; exit;")
ASM(acquires_context, ".8byte 0x00000100000010db; r0 = 0; exit;")
ASM(releases_stack, "r1 = 7; .8byte 0x00000110fff81adb; r0 = *(u64 *)(r10 - 8); if r0 == 7 goto +1; r0 = *(u64 *)(r1 + 0); exit;")
ASM(releases_pointer, ".8byte 0x00000110fff8aadb; r1 = *(u64 *)(r10 - 8); *(u64 *)(r1 - 16) = r1; r0 = 0; exit;")
ASM(releases_context, "r2 = 1; .8byte 0x00000110000021db; r0 = 0; exit;")
WITH_MAP(acquires_misaligned, ".8byte 0x00000100000401db;")
WITH_MAP(acquires_map, ".8byte 0x00000100000001db; .8byte 0x00000110000010db;")
/* The same instruction meets the stack on one path and a map's value on the other, or the context. */
WITH_MAP(acquires_either, "r6 = r0; *(u64 *)(r10 - 16) = r6; call 7; if r0 == 0 goto +2; r6 = r10; r6 += -16; .8byte 0x00000100000061db;")
SEC("tc") __naked int acquires_packet(void) { asm volatile("r2 = *(u32 *)(r1 + 76); r3 = *(u32 *)(r1 + 80); r4 = r2; r4 += 8; if r4 > r3 goto +1; .8byte 0x00000100000020db; r0 = 0; exit;"); }
SEC("tc") __naked int releases_packet(void) { asm volatile("r2 = *(u32 *)(r1 + 76); r3 = *(u32 *)(r1 + 80); r4 = r2; r4 += 8; if r4 > r3 goto +1; .8byte 0x00000110000032db; r0 = 0; exit;"); }
