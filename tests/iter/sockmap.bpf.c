/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

/* The places of a map of sockets, empty ones too; of a table of sockets those that there are. */
enum { BPF_MAP_TYPE_SOCKMAP = 15, BPF_MAP_TYPE_SOCKHASH = 18 };
struct sock;
struct bpf_iter__sockmap { struct bpf_iter_meta *meta; struct bpf_map *map; void *key; struct sock *sk; };

#define MAP(NAME, TYPE) \
	struct { \
		__uint(type, TYPE); \
		__uint(max_entries, 3); \
		__type(key, __u32); \
		__type(value, __u64); \
	} NAME SEC(".maps")
MAP(places, BPF_MAP_TYPE_SOCKMAP);
MAP(table, BPF_MAP_TYPE_SOCKHASH);
MAP(numbers, BPF_MAP_TYPE_ARRAY);

SEC("iter/sockmap")
int sockmap(struct bpf_iter__sockmap *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	__u32 *key = ctx->key;

	if (!key) {
		PRINT(seq, "end after %llu: map %d socket %d\n", ctx->meta->seq_num, ctx->map != 0, ctx->sk != 0);
		return 0;
	}
	PRINT(seq, "%llu: map %s place %u socket %d\n", ctx->meta->seq_num, (__u64)ctx->map->name, *key, ctx->sk != 0);
	return 0;
}
