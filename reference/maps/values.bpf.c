// SPDX-License-Identifier: GPL-2.0-only
// Map values, keys, global data.
#include "../iterscope.bpf.h"
LICENSE;

struct value { int a, b; long c; char text[16]; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4); __type(key, __u32); __type(value, struct value); } array SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 16); __type(key, __u64); __type(value, struct value); } hash SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, long); } percpu SEC(".maps");

int counter;
int initial = 7;
const volatile int limit = 5;
const volatile int table[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
char buffer[64];

SEC("raw_tp") int lookup_checked(void *ctx) { __u32 k = 0; struct value *v = bpf_map_lookup_elem(&array, &k); return v ? v->a : 0; }
SEC("raw_tp") int lookup_unchecked(void *ctx) { __u32 k = 0; struct value *v = bpf_map_lookup_elem(&array, &k); return v->a; }
SEC("raw_tp") int lookup_unknown_key(void *ctx) { __u32 k = bpf_get_prandom_u32(); struct value *v = bpf_map_lookup_elem(&array, &k); return v ? v->a : 0; }
SEC("raw_tp") int lookup_hash(void *ctx) { __u64 k = 9; struct value *v = bpf_map_lookup_elem(&hash, &k); return v ? v->c : 0; }
SEC("raw_tp") int lookup_hash_unchecked(void *ctx) { __u64 k = 9; struct value *v = bpf_map_lookup_elem(&hash, &k); return v->c; }
SEC("raw_tp") int lookup_percpu(void *ctx) { __u32 k = 0; long *v = bpf_map_lookup_elem(&percpu, &k); if (v) *v += 1; return 0; }
SEC("raw_tp") int lookup_twice(void *ctx) { __u64 k = 9; struct value *v = bpf_map_lookup_elem(&hash, &k), *w = bpf_map_lookup_elem(&hash, &k); if (!v) return 0; return w->a; }
SEC("raw_tp") int write_value(void *ctx) { __u64 k = 9; struct value *v = bpf_map_lookup_elem(&hash, &k); if (!v) return 0; v->a = 1; v->c += 5; return v->b; }
SEC("raw_tp") int key_too_short(void *ctx) { __u32 k = 9; return bpf_map_lookup_elem(&hash, &k) != 0; }
SEC("raw_tp") int key_uninitialised(void *ctx) { __u64 k; return bpf_map_lookup_elem(&hash, &k) != 0; }
SEC("raw_tp") int update(void *ctx) { __u64 k = 9; struct value v = { 1, 2, 3 }; return bpf_map_update_elem(&hash, &k, &v, 0); }
SEC("raw_tp") int update_too_short(void *ctx) { __u64 k = 9; int v = 1; return bpf_map_update_elem(&hash, &k, &v, 0); }
SEC("raw_tp") int delete(void *ctx) { __u64 k = 9; return bpf_map_delete_elem(&hash, &k); }
SEC("raw_tp") int index_text(void *ctx) { __u64 k = 9; struct value *v = bpf_map_lookup_elem(&hash, &k); unsigned i = bpf_get_prandom_u32() & 15; hide(i); i &= 15; return v ? v->text[i] : 0; }
SEC("raw_tp") int index_text_too_far(void *ctx) { __u64 k = 9; struct value *v = bpf_map_lookup_elem(&hash, &k); unsigned i = bpf_get_prandom_u32() & 31; return v ? v->text[i] : 0; }
SEC("raw_tp") int index_text_negative(void *ctx) { __u64 k = 9; struct value *v = bpf_map_lookup_elem(&hash, &k); int i = (__s8)bpf_get_prandom_u32(); return v ? v->text[i] : 0; }
SEC("raw_tp") int index_text_unbounded(void *ctx) { __u64 k = 9; struct value *v = bpf_map_lookup_elem(&hash, &k); __u64 i = bpf_ktime_get_ns(); return v ? v->text[i] : 0; }
SEC("raw_tp") int past_value(void *ctx) { __u64 k = 9; struct value *v = bpf_map_lookup_elem(&hash, &k); return v ? *(int *)(v + 1) : 0; }
SEC("raw_tp") int value_as_key(void *ctx) { __u64 k = 9; struct value *v = bpf_map_lookup_elem(&hash, &k); return v ? bpf_map_delete_elem(&hash, &v->c) : 0; }
SEC("raw_tp") int stores_pointer(void *ctx) { __u64 k = 9; struct value *v = bpf_map_lookup_elem(&hash, &k); if (v) v->c = (long)ctx; return 0; }
SEC("raw_tp") int global_counts(void *ctx) { counter++; return initial; }
SEC("raw_tp") int global_index(void *ctx) { unsigned i = bpf_get_prandom_u32(); if (i < 64) buffer[i] = 1; return 0; }
SEC("raw_tp") int global_index_far(void *ctx) { unsigned i = bpf_get_prandom_u32(); if (i < 65) buffer[i] = 1; return 0; }
SEC("raw_tp") int rodata_folds(void *ctx) { int sum = 0; for (int i = 0; i < limit; i++) { sum += i; hide(sum); } return sum; }
SEC("raw_tp") int rodata_dead(void *ctx) { if (limit != 5) { int *p = 0; return *(volatile int *)p; } return 0; }
SEC("raw_tp") int rodata_index(void *ctx) { unsigned i = bpf_get_prandom_u32() & 7; return table[i]; }
SEC("raw_tp") int rodata_written(void *ctx) { *(volatile int *)&limit = 6; return 0; }
SEC("raw_tp") int printk(void *ctx) { bpf_printk("counter %d", counter); return 0; }

static long each(struct bpf_map *map, __u32 *key, struct value *value, int *sum) { *sum += value->a + *key; return 0; }
static long each_writes(struct bpf_map *map, __u32 *key, struct value *value, int *sum) { value->a = 1; return 0; }
static long each_writes_key(struct bpf_map *map, __u32 *key, struct value *value, int *sum) { *key = 1; return 0; }
static long each_past(struct bpf_map *map, __u32 *key, struct value *value, int *sum) { return value[1].a & 1; }
SEC("raw_tp") int for_each(void *ctx) { int sum = 0; bpf_for_each_map_elem(&array, each, &sum, 0); return sum; }
SEC("raw_tp") int for_each_writes(void *ctx) { int sum = 0; bpf_for_each_map_elem(&array, each_writes, &sum, 0); return sum; }
SEC("raw_tp") int for_each_writes_key(void *ctx) { int sum = 0; bpf_for_each_map_elem(&array, each_writes_key, &sum, 0); return sum; }
SEC("raw_tp") int for_each_past(void *ctx) { int sum = 0; bpf_for_each_map_elem(&array, each_past, &sum, 0); return sum; }

SEC("raw_tp") int iterate_array(void *ctx)
{
	struct bpf_iter_num it;
	int *i, sum = 0;

	bpf_iter_num_new(&it, 0, 4);
	while ((i = bpf_iter_num_next(&it))) {
		__u32 k = *i;
		struct value *v = bpf_map_lookup_elem(&array, &k);

		if (!v)
			break;
		sum += v->a;
	}
	bpf_iter_num_destroy(&it);
	return sum;
}
SEC("raw_tp") int iterate_buffer(void *ctx)
{
	struct bpf_iter_num it;
	int *i;

	bpf_iter_num_new(&it, 0, 64);
	while ((i = bpf_iter_num_next(&it))) {
		__u32 n = *i;

		if (n < 64)
			buffer[n] = n;
	}
	bpf_iter_num_destroy(&it);
	return counter;
}
SEC("raw_tp") int value_kept_over_loop(void *ctx)
{
	struct bpf_iter_num it;
	__u64 k = 1;
	struct value *v = bpf_map_lookup_elem(&hash, &k);
	int *i;

	bpf_iter_num_new(&it, 0, 4);
	while ((i = bpf_iter_num_next(&it)))
		if (v)
			v->a += *i;
	bpf_iter_num_destroy(&it);
	return 0;
}
