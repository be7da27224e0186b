// SPDX-License-Identifier: GPL-2.0-only
/* Maps of maps: what they hold is a map, once it is known to be there. */
#include "../iterscope.bpf.h"
LICENSE;

enum { BPF_MAP_TYPE_ARRAY_OF_MAPS = 12, BPF_MAP_TYPE_HASH_OF_MAPS = 13 };
struct numbers { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 2); __type(key, int); __type(value, __u64); };
struct numbers a SEC(".maps"), b SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 2); __type(key, int); __type(value, int);
	__array(values, struct numbers); } outer SEC(".maps") = { .values = { [0] = &b, [1] = &a } };
struct { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(max_entries, 4); __type(key, int); __type(value, int);
	__array(values, struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8); __type(key, int); __type(value, __u64); }); } by_id SEC(".maps");
int n;

SEC("raw_tp") int count(void *ctx)
{
	int key = 1;
	void *m = bpf_map_lookup_elem(&outer, &key);
	__u64 *v;

	if (!m)
		return 0;
	v = bpf_map_lookup_elem(m, &n);
	if (v)
		++*v;
	return 0;
}

/* An element of an array is always there, in a map that is found, too. */
SEC("raw_tp") int known_key(void *ctx)
{
	int key = 1;
	void *m = bpf_map_lookup_elem(&outer, &key);
	__u64 *v;

	if (!m)
		return 0;
	v = bpf_map_lookup_elem(m, &key);
	return *v;
}

SEC("raw_tp") int hashed(void *ctx)
{
	int key = bpf_get_prandom_u32();
	void *m = bpf_map_lookup_elem(&by_id, &key);
	__u64 one = 1, *v;

	if (!m)
		return 0;
	v = bpf_map_lookup_elem(m, &key);
	if (v)
		++*v;
	else
		bpf_map_update_elem(m, &key, &one, 0);
	return 0;
}

SEC("raw_tp") int map_unchecked(void *ctx)
{
	int key = 1;
	void *m = bpf_map_lookup_elem(&outer, &key);

	return bpf_map_lookup_elem(m, &key) != 0;
}

SEC("raw_tp") int value_unchecked(void *ctx)
{
	int key = bpf_get_prandom_u32();
	void *m = bpf_map_lookup_elem(&by_id, &key);

	return m ? *(volatile __u64 *)bpf_map_lookup_elem(m, &key) : 0;
}

SEC("raw_tp") int past_value(void *ctx)
{
	int key = 1;
	void *m = bpf_map_lookup_elem(&outer, &key);
	__u64 *v = m ? bpf_map_lookup_elem(m, &n) : 0;

	return v ? *(volatile __u64 *)(v + 1) : 0;
}

SEC("raw_tp") int put_map(void *ctx)
{
	int key = 1, value = 0;

	return bpf_map_update_elem(&outer, &key, &value, 0);
}

SEC("raw_tp") int moved(void *ctx)
{
	int key = 1;
	char *m = bpf_map_lookup_elem(&outer, &key);

	return m ? bpf_map_lookup_elem(m + n, &key) != 0 : 0;
}

/* Which map it is depends on the way. */
SEC("raw_tp") int either(void *ctx)
{
	int key = 1;
	void *m = n ? bpf_map_lookup_elem(&outer, &key) : bpf_map_lookup_elem(&by_id, &key);
	__u64 *v = m ? bpf_map_lookup_elem(m, &n) : 0;

	return v ? *v : 0;
}
