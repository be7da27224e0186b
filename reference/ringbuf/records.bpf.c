// SPDX-License-Identifier: GPL-2.0-only
/* Records reserved in a ring buffer, filled, and handed back, or not. */
#include "../iterscope.bpf.h"
LICENSE;

enum { BPF_MAP_TYPE_RINGBUF = 27 };
struct event { int pid; char comm[16]; __u64 words[4]; };
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } rb SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 2); __type(key, int); __type(value, __u64); } values SEC(".maps");
int only, n;

SEC("raw_tp") int submit(void *ctx)
{
	struct event *e = bpf_ringbuf_reserve(&rb, sizeof(*e), 0);

	if (!e)
		return 0;
	e->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	e->words[n & 3] = 1;
	if (e->pid != only)
		bpf_ringbuf_discard(e, 0);
	else
		bpf_ringbuf_submit(e, 0);
	return 0;
}

SEC("raw_tp") int leak(void *ctx)
{
	struct event *e = bpf_ringbuf_reserve(&rb, sizeof(*e), 0);

	if (!e)
		return 0;
	if (e->pid == only)
		return 1;
	bpf_ringbuf_submit(e, 0);
	return 0;
}

SEC("raw_tp") int unchecked(void *ctx)
{
	struct event *e = bpf_ringbuf_reserve(&rb, sizeof(*e), 0);

	e->pid = 1;
	bpf_ringbuf_submit(e, 0);
	return 0;
}

SEC("raw_tp") int after_submit(void *ctx)
{
	struct event *e = bpf_ringbuf_reserve(&rb, sizeof(*e), 0);

	if (!e)
		return 0;
	bpf_ringbuf_submit(e, 0);
	return *(volatile int *)&e->pid;
}

SEC("raw_tp") int twice(void *ctx)
{
	struct event *e = bpf_ringbuf_reserve(&rb, sizeof(*e), 0);

	if (!e)
		return 0;
	bpf_ringbuf_submit(e, 0);
	bpf_ringbuf_discard(e, 0);
	return 0;
}

SEC("raw_tp") int inner(void *ctx)
{
	struct event *e = bpf_ringbuf_reserve(&rb, sizeof(*e), 0);

	if (!e)
		return 0;
	bpf_ringbuf_submit(e->words, 0);
	return 0;
}

SEC("raw_tp") int past_end(void *ctx)
{
	struct event *e = bpf_ringbuf_reserve(&rb, sizeof(*e), 0);

	if (!e)
		return 0;
	e->words[n & 7] = 1;
	bpf_ringbuf_submit(e, 0);
	return 0;
}

SEC("raw_tp") int unknown_size(void *ctx)
{
	struct event *e = bpf_ringbuf_reserve(&rb, n & 63, 0);

	if (e)
		bpf_ringbuf_submit(e, 0);
	return 0;
}

SEC("raw_tp") int not_reserved(void *ctx)
{
	int key = 0;
	__u64 *v = bpf_map_lookup_elem(&values, &key);

	if (v)
		bpf_ringbuf_submit(v, 0);
	return 0;
}

SEC("raw_tp") int other_map(void *ctx)
{
	void *e = bpf_ringbuf_reserve(&values, 8, 0);

	if (e)
		bpf_ringbuf_submit(e, 0);
	return 0;
}

/* A record may be what another call reads. */
SEC("raw_tp") int record_as_value(void *ctx)
{
	__u64 *e = bpf_ringbuf_reserve(&rb, 8, 0);
	int key = 1;

	if (!e)
		return 0;
	*e = 5;
	bpf_map_update_elem(&values, &key, e, 0);
	bpf_ringbuf_discard(e, 1);
	return 0;
}

SEC("raw_tp") int two_records(void *ctx)
{
	__u64 *a = bpf_ringbuf_reserve(&rb, 8, 0), *b;

	if (!a)
		return 0;
	b = bpf_ringbuf_reserve(&rb, 8, 0);
	if (b) {
		*b = 2;
		bpf_map_update_elem(&values, a, b, 0);
		bpf_ringbuf_submit(b, 0);
	}
	bpf_ringbuf_submit(a, 0);
	return 0;
}

SEC("raw_tp") int in_a_loop(void *ctx)
{
	struct bpf_iter_num it;
	int *i;

	bpf_iter_num_new(&it, 0, 10);
	while ((i = bpf_iter_num_next(&it))) {
		int *e = bpf_ringbuf_reserve(&rb, 4, 0);

		if (!e)
			break;
		*e = *i;
		bpf_ringbuf_submit(e, 0);
	}
	bpf_iter_num_destroy(&it);
	return 0;
}

SEC("raw_tp") int loop_leak(void *ctx)
{
	struct bpf_iter_num it;
	int *e = 0, *i;

	bpf_iter_num_new(&it, 0, 10);
	while ((i = bpf_iter_num_next(&it))) {
		e = bpf_ringbuf_reserve(&rb, 4, 0);
		if (!e)
			break;
		*e = *i;
	}
	bpf_iter_num_destroy(&it);
	if (e)
		bpf_ringbuf_submit(e, 0);
	return 0;
}

SEC("raw_tp") int output(void *ctx)
{
	struct event e = { .pid = 1 };

	bpf_ringbuf_output(&rb, &e, sizeof(e), 0);
	return bpf_ringbuf_query(&rb, 0);
}

SEC("raw_tp") int output_too_much(void *ctx)
{
	struct event e = { .pid = 1 };

	bpf_ringbuf_output(&rb, &e, n & 127, 0);
	return 0;
}
