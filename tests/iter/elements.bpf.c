/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 3);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

SEC("iter/bpf_map_elem")
int elements(struct bpf_iter__bpf_map_elem *ctx)
{
	__u32 *key = ctx->key;
	__u64 *value = ctx->value;

	if (!key || !value) {
		PRINT(ctx->meta->seq, "end: map %d key %d value %d\n", ctx->map != 0, key != 0, value != 0);
		return 0;
	}
	*value += 1;
	PRINT(ctx->meta->seq, "%u: %llu\n", *key, *value);
	return 0;
}
