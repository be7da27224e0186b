// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* An if whose outcome nobody knows, and a look-up that may find nothing. */

#define BPF_MAP_TYPE_ARRAY 2

static __u64 (*const bpf_get_prandom_u32)(void) = (void *)7;
static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

__u32 key = 2;

/* A number from 1 to 100. */
SEC("raw_tp/sys_enter")
int up_to_a_hundred(void *ctx)
{
	__u64 x = bpf_get_prandom_u32();

	if (x > 99)
		x = 99;
	return x + 1;
}

/* Counts how often it was called. */
SEC("raw_tp/sys_enter")
int count_call(void *ctx)
{
	__u32 place = key;
	__u64 *count = bpf_map_lookup_elem(&counts, &place);

	*count += 1;
	return *count;
}
