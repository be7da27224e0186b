/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

/* Elements of per-CPU maps: the values of all CPUs lie behind one another, each in a multiple of eight bytes (what fills it up comes from
 * wherever the value was copied from). Programs run on the first.
 */
enum { BPF_MAP_TYPE_PERCPU_HASH = 5, BPF_MAP_TYPE_PERCPU_ARRAY = 6, BPF_MAP_TYPE_LRU_PERCPU_HASH = 10 };
struct value { __u32 a, b, c; };

#define MAP(NAME, TYPE) \
	struct { \
		__uint(type, TYPE); \
		__uint(max_entries, 3); \
		__type(key, __u32); \
		__type(value, struct value); \
	} NAME SEC(".maps")
MAP(numbers, BPF_MAP_TYPE_PERCPU_ARRAY);
MAP(table, BPF_MAP_TYPE_PERCPU_HASH);
MAP(recent, BPF_MAP_TYPE_LRU_PERCPU_HASH);

SEC("iter/bpf_map_elem")
int far_cpus(struct bpf_iter__bpf_map_elem *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	__u32 *key = ctx->key, next;
	__u32 *all = ctx->value;
	struct value *own;

	if (!key || !all) {
		PRINT(seq, "end: map %d key %d value %d\n", ctx->map != 0, key != 0, all != 0);
		return 0;
	}
	PRINT(seq, "%u: %u %u %u, %u %u %u\n", *key, all[0], all[1], all[2], all[4], all[5], all[8]);
	/* A write stays in the copy; one into the map is seen by the next call. */
	all[0] = 1000;
	next = *key + 1;
	own = bpf_map_lookup_elem(&numbers, &next);
	if (own)
		own->c = 77 + *key;
	return 0;
}

SEC("syscall")
int fill(void *ctx)
{
	struct value value = { 1, 2, 3 };
	__u32 key = 5, one = 1;
	struct value *own = bpf_map_lookup_elem(&numbers, &one);

	if (own)
		own->a = 41;
	bpf_map_update_elem(&table, &key, &value, 0);
	value.b = 9;
	bpf_map_update_elem(&recent, &key, &value, 0);
	return 0;
}
