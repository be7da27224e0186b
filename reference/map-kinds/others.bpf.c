// SPDX-License-Identifier: GPL-2.0-only
/* Queues, stacks, filters, tries, traces of the stack, events, arrays of programs; and what the kernel itself knows of a map. */
#include "../iterscope.bpf.h"
LICENSE;

struct bpf_map { unsigned int id, max_entries; } __attribute__((preserve_access_index));
struct bpf_array { struct bpf_map map; unsigned int elem_size; } __attribute__((preserve_access_index));
struct key { __u32 prefixlen; __u8 data[4]; };
struct { __uint(type, 22); __uint(max_entries, 8); __uint(value_size, 16); } queue SEC(".maps");
struct { __uint(type, 23); __uint(max_entries, 8); __uint(value_size, 8); } stack SEC(".maps");
struct { __uint(type, 30); __uint(max_entries, 64); __uint(value_size, 8); __uint(map_extra, 3); } filter SEC(".maps");
struct { __uint(type, 11); __uint(max_entries, 8); __type(key, struct key); __type(value, int); __uint(map_flags, 1); } trie SEC(".maps");
struct { __uint(type, 7); __uint(max_entries, 16); __uint(key_size, 4); __uint(value_size, 127 * 8); } stacks SEC(".maps");
struct { __uint(type, 4); __uint(key_size, 4); __uint(value_size, 4); } events SEC(".maps");
struct { __uint(type, 3); __uint(max_entries, 2); __uint(key_size, 4); __uint(value_size, 4); } programs SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 2); __type(key, int); __type(value, __u64[8]); } array SEC(".maps");
unsigned n, out;

SEC("raw_tp") int push_pop(void *ctx)
{
	__u64 v[2] = { 1, 2 };

	bpf_map_push_elem(&queue, v, 0);
	if (bpf_map_peek_elem(&queue, v) == 0)
		out = v[0];
	return bpf_map_pop_elem(&queue, v);
}

SEC("raw_tp") int pop_to_stack(void *ctx)
{
	__u64 v;

	if (bpf_map_pop_elem(&stack, &v))
		return 0;
	return v;
}

SEC("raw_tp") int push_too_short(void *ctx)
{
	__u64 v = 1;

	return bpf_map_push_elem(&queue, (char *)&v + 4, 0);
}

SEC("raw_tp") int queue_lookup(void *ctx)
{
	int key = 0;

	return bpf_map_lookup_elem(&queue, &key) != 0;
}

SEC("raw_tp") int array_push(void *ctx)
{
	__u64 v[8] = {};

	return bpf_map_push_elem(&array, v, 0);
}

SEC("raw_tp") int filtered(void *ctx)
{
	__u64 v = n;

	if (bpf_map_peek_elem(&filter, &v))
		bpf_map_push_elem(&filter, &v, 0);
	return v;
}

SEC("raw_tp") int filter_pop(void *ctx)
{
	__u64 v;

	return bpf_map_pop_elem(&filter, &v);
}

SEC("raw_tp") int longest_prefix(void *ctx)
{
	struct key key = { .prefixlen = 32 };
	int *v = bpf_map_lookup_elem(&trie, &key);

	return v ? *v : 0;
}

SEC("raw_tp") int prefix_unchecked(void *ctx)
{
	struct key key = { .prefixlen = 32 };

	return *(volatile int *)bpf_map_lookup_elem(&trie, &key);
}

SEC("raw_tp") int stack_id(void *ctx)
{
	out = bpf_get_stackid(ctx, &stacks, 0);
	return 0;
}

SEC("raw_tp") int stack_id_elsewhere(void *ctx)
{
	return bpf_get_stackid(ctx, &array, 0);
}

SEC("raw_tp") int trace_lookup(void *ctx)
{
	return bpf_map_lookup_elem(&stacks, &n) != 0;
}

/* At most as many bytes as were asked for come back. */
SEC("raw_tp") int stack_bytes(void *ctx)
{
	__u64 ips[8];
	long size = bpf_get_stack(ctx, ips, sizeof(ips), 0);

	if (size < 8)
		return 0;
	return *(volatile char *)((char *)ips + size - 8);
}

SEC("raw_tp") int stack_bytes_negative(void *ctx)
{
	__u64 ips[8];
	long size = bpf_get_stack(ctx, ips, sizeof(ips), 0);

	return *(volatile char *)((char *)ips + size);
}

SEC("raw_tp") int stack_second_part(void *ctx)
{
	int key = 0;
	char *buffer = bpf_map_lookup_elem(&array, &key);
	long size, more;

	if (!buffer)
		return 0;
	size = bpf_get_stack(ctx, buffer, 64, 0);
	if (size < 0)
		return 0;
	more = bpf_get_stack(ctx, buffer + size, 64 - size, 256);
	return more;
}

SEC("raw_tp") int stack_too_long(void *ctx)
{
	__u64 ips[4];

	return bpf_get_stack(ctx, ips, 64, 0);
}

SEC("tp_btf/task_newtask") int task_stack(__u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	__u64 ips[4];

	return bpf_get_task_stack(task, ips, sizeof(ips), 0) > 0 ? 0 : 0;
}

SEC("raw_tp") int event(void *ctx)
{
	__u64 v = 1;

	return bpf_perf_event_output(ctx, &events, 0xffffffffULL, &v, sizeof(v));
}

SEC("raw_tp") int event_elsewhere(void *ctx)
{
	__u64 v = 1;

	return bpf_perf_event_output(ctx, &array, 0, &v, sizeof(v));
}

SEC("raw_tp") int event_unsized(void *ctx)
{
	__u64 v = 1;

	return bpf_perf_event_output(ctx, &events, 0, &v, n);
}

SEC("raw_tp") int next_program(void *ctx)
{
	bpf_tail_call(ctx, &programs, n);
	return 1;
}

SEC("raw_tp") int next_of_no_array(void *ctx)
{
	bpf_tail_call(ctx, &array, n);
	return 1;
}

SEC("raw_tp") int own_fields(void *ctx)
{
	struct bpf_array *m = (void *)&array;

	return m->elem_size + m->map.max_entries;
}

SEC("raw_tp") int own_fields_written(void *ctx)
{
	struct bpf_array *m = (void *)&array;

	m->elem_size = 1;
	return 0;
}

SEC("raw_tp") int before_own_fields(void *ctx)
{
	return *(volatile __u64 *)((char *)&array - 8);
}
