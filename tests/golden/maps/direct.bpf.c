// SPDX-License-Identifier: GPL-2.0-only
// Addresses of map values taken directly.
#include "../iterscope.bpf.h"
LICENSE;

struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64[3]); } one SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 2); __type(key, __u32); __type(value, __u64[3]); } two SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64[3]); } hash SEC(".maps");
__u64 global[3];

ASM(start_of_map, "r1 = one ll; r0 = 0; exit;")
ASM(value_of_global, "r1 = global ll; r0 = *(u64 *)(r1 + 16); exit;")
ASM(past_global, "r1 = global ll; r0 = *(u64 *)(r1 + 24); exit;")
ASM(global_beyond_value, "r1 = global + 24 ll; r0 = 0; exit;")
ASM(global_before_value, "r1 = global - 8 ll; r0 = 0; exit;")
