/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

SEC("iter/bpf_map")
int maps(struct bpf_iter__bpf_map *ctx)
{
	struct bpf_map *map = ctx->map;

	if (!map) {
		SAY(ctx->meta->seq, "end\n");
		return 0;
	}
	PRINT(ctx->meta->seq, "%u %s %u\n", map->id, (__u64)map->name, map->max_entries);
	return 0;
}
