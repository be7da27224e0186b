/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

/* What sockets have in a map: nothing, where nobody puts anything there. */
enum { BPF_MAP_TYPE_SK_STORAGE = 24, BPF_F_NO_PREALLOC = 1 };
struct sock;
struct bpf_iter__bpf_sk_storage_map { struct bpf_iter_meta *meta; struct bpf_map *map; struct sock *sk; void *value; };

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u32);
} marks SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 3);
	__type(key, __u32);
	__type(value, __u64);
} numbers SEC(".maps");

SEC("iter/bpf_sk_storage_map")
int sk_storage(struct bpf_iter__bpf_sk_storage_map *ctx)
{
	__u32 *value = ctx->value;

	if (!value) {
		PRINT(ctx->meta->seq, "end after %llu: map %d socket %d\n", ctx->meta->seq_num, ctx->map != 0, ctx->sk != 0);
		return 0;
	}
	PRINT(ctx->meta->seq, "%u\n", *value);
	return 0;
}
