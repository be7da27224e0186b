/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

/* Reads more of the value than the map has: the verifier cannot know, attaching refuses. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 3);
	__type(key, __u32);
	__type(value, __u32);
} counts SEC(".maps");

SEC("iter/bpf_map_elem")
int far_value(struct bpf_iter__bpf_map_elem *ctx)
{
	__u64 *value = ctx->value;

	if (value)
		PRINT(ctx->meta->seq, "%llu\n", *value);
	return 0;
}
