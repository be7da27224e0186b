// SPDX-License-Identifier: GPL-2.0-only
// The record that a tracepoint's program reads: from its ninth byte on. mcpu=v3
#include "../iterscope.bpf.h"
LICENSE;

#define TP(name, body) SEC("tracepoint") __naked int name(void) { asm volatile(body "r0 = 1; exit;" ::: "memory"); }

TP(unaligned_before, "r8 = *(u64 *)(r1 - 12);")
TP(common_fields, "r8 = *(u32 *)(r1 + 4);")
TP(first_field, "r8 = *(u64 *)(r1 + 8);")
TP(last_field, "r8 = *(u64 *)(r1 + 8184);")
TP(after_the_record, "r8 = *(u64 *)(r1 + 8192);")
TP(written, "r8 = 1; *(u64 *)(r1 + 8) = r8;")
TP(moved_before, "r1 += -16; r8 = *(u64 *)(r1 + 8);")
