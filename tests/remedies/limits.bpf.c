// SPDX-License-Identifier: GPL-2.0-only
// Loops and limits.
#include "../golden/kernel.bpf.h"
LICENSE;
NUM_ROOT

struct session { __u32 depth, max; __u64 sum, lat[64]; };
struct rec { __u8 part[24]; };
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 16); __type(key, __u32); __type(value, struct session); } sessions SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4096); __type(key, __u64); __type(value, __u64); } seen SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, struct rec); } last SEC(".maps");
__u64 out, counted, summed;
__u32 shown, top;
int wanted, found;

#define EACH(i, from, to) \
	for (struct bpf_iter_num __it __attribute__((cleanup(bpf_iter_num_destroy))), *__p __attribute__((unused)) = (bpf_iter_num_new(&__it, (from), (to)), (void *)0); \
	     ({ int *__t = bpf_iter_num_next(&__it); __t ? ((i) = *__t, 1) : 0; }); )

// The loop's end lies in a map.
SEC("raw_tp") int end_in_map(void *ctx)
{
	__u32 key = 1;
	struct session *s = bpf_map_lookup_elem(&sessions, &key);

	if (!s)
		return 0;
	while (*(volatile __u32 *)&s->depth != *(volatile __u32 *)&s->max) {
		__u32 d = *(volatile __u32 *)&s->depth;

		if (d >= 64)
			break;
		s->sum += s->lat[d];
		s->depth = d + 1;
	}
	return 0;
}

SEC("raw_tp") int end_in_map_mended(void *ctx)
{
	__u32 key = 1, i;
	struct session *s = bpf_map_lookup_elem(&sessions, &key);

	if (!s)
		return 0;
	EACH(i, 0, 64) {
		__u32 d;

		if (*(volatile __u32 *)&s->depth == *(volatile __u32 *)&s->max)
			break;
		d = *(volatile __u32 *)&s->depth;
		if (d >= 64)
			break;
		s->sum += s->lat[d];
		s->depth = d + 1;
	}
	return 0;
}

static long one(void *map, __u64 *k, __u64 *v, __u64 *n)
{
	*n += 1;
	return 0;
}

static long one_global(void *map, __u64 *k, __u64 *v, void *n)
{
	counted += 1;
	return 0;
}

SEC("raw_tp") int counts(void *ctx)
{
	__u64 n = 0;

	bpf_for_each_map_elem(&seen, one, &n, 0);
	if (n > 3)
		out = n;
	else
		out = 0;
	return 0;
}

SEC("raw_tp") int counts_mended(void *ctx)
{
	__u64 n;

	counted = 0;
	bpf_for_each_map_elem(&seen, one_global, 0, 0);
	n = counted;
	if (n > 3)
		out = n;
	else
		out = 0;
	return 0;
}

// Two ways at each of 24 places, and what they leave on the stack differs.
#define HIDE(i) if (!(show & (1u << i))) r.part[i] = 0;
SEC("raw_tp") int many_ways(void *ctx)
{
	__u32 show = *(volatile __u32 *)&shown, zero = 0;
	volatile struct rec r;

	bpf_probe_read_kernel((void *)&r, sizeof(r), ctx);
	HIDE(0) HIDE(1) HIDE(2) HIDE(3) HIDE(4) HIDE(5) HIDE(6) HIDE(7)
	HIDE(8) HIDE(9) HIDE(10) HIDE(11) HIDE(12) HIDE(13) HIDE(14) HIDE(15)
	HIDE(16) HIDE(17) HIDE(18) HIDE(19) HIDE(20) HIDE(21) HIDE(22) HIDE(23)
	bpf_map_update_elem(&last, &zero, (void *)&r, 0);
	return 0;
}

#undef HIDE
#define HIDE(i) if (!(show & (1u << i))) r->part[i] = 0;
SEC("raw_tp") int many_ways_mended(void *ctx)
{
	__u32 show = *(volatile __u32 *)&shown, zero = 0;
	struct rec *r = bpf_map_lookup_elem(&last, &zero);

	if (!r)
		return 0;
	bpf_probe_read_kernel(r, sizeof(*r), ctx);
	HIDE(0) HIDE(1) HIDE(2) HIDE(3) HIDE(4) HIDE(5) HIDE(6) HIDE(7)
	HIDE(8) HIDE(9) HIDE(10) HIDE(11) HIDE(12) HIDE(13) HIDE(14) HIDE(15)
	HIDE(16) HIDE(17) HIDE(18) HIDE(19) HIDE(20) HIDE(21) HIDE(22) HIDE(23)
	return 0;
}

struct acc { __u64 s; __u32 n; };
static long visit(__u64 i, struct acc *a) { a->s += i; if (a->n++ > 7) return 1; return 0; }
static __noinl int *step(struct bpf_iter_num *it) { return bpf_iter_num_next(it); }

// An iterator's loop, and in it a callback that counts on the stack.
SEC("raw_tp") int counts_in_iterator(void *ctx)
{
	struct bpf_iter_num it;
	struct acc a = {};
	int *p;

	bpf_iter_num_new(&it, 0, top);
	while ((p = step(&it))) {
		bpf_loop(*p & 15, visit, &a, 0);
		if (a.s > 1000)
			break;
	}
	bpf_iter_num_destroy(&it);
	out = a.s;
	return 0;
}

static long visit_global(__u64 i, struct acc *a) { a->s += i; if (counted++ > 7) return 1; return 0; }

SEC("raw_tp") int counts_in_iterator_mended(void *ctx)
{
	struct bpf_iter_num it;
	struct acc a = {};
	int *p;

	bpf_iter_num_new(&it, 0, top);
	while ((p = step(&it))) {
		bpf_loop(*p & 15, visit_global, &a, 0);
		if (a.s > 1000)
			break;
	}
	bpf_iter_num_destroy(&it);
	out = a.s;
	return 0;
}

// A list followed by jumps.
SEC("tp_btf/sched_process_fork") int parents(__u64 *ctx)
{
	struct task_struct___g *t = (void *)ctx[0];
	int d = 0;

	while (t->pid != 1) {
		if (t->pid == wanted) {
			found = d;
			break;
		}
		t = t->real_parent;
		d++;
	}
	return 0;
}

SEC("tp_btf/sched_process_fork") int parents_mended(__u64 *ctx)
{
	struct task_struct___g *t = (void *)ctx[0];
	int i;

	EACH(i, 0, 64) {
		if (t->pid == 1)
			break;
		if (t->pid == wanted) {
			found = i;
			break;
		}
		t = t->real_parent;
	}
	return 0;
}

static __noinl int f9(int n) { hide(n); return n; }
static __noinl int f8(int n) { hide(n); return f9(n) + 1; }
static __noinl int f7(int n) { hide(n); return f8(n) + 1; }
static __noinl int f6(int n) { hide(n); return f7(n) + 1; }
static __noinl int f5(int n) { hide(n); return f6(n) + 1; }
static __noinl int f4(int n) { hide(n); return f5(n) + 1; }
static __noinl int f3(int n) { hide(n); return f4(n) + 1; }
static __noinl int f2(int n) { hide(n); return f3(n) + 1; }

SEC("raw_tp") int nine_deep(void *ctx) { return f2(shown) & 1; }
SEC("raw_tp") int nine_deep_mended(void *ctx) { return f3(shown) & 1; }
