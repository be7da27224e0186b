// SPDX-License-Identifier: GPL-2.0-only
// Calls, their arguments and results, global functions, the stack, and what the loader and the compiler do.
#include "../kernel.bpf.h"
LICENSE;

extern _Bool bpf_cpumask_test_cpu(__u32 cpu, const struct cpumask *cpumask) __ksym;
extern void bpf_no_such_function(void) __ksym __weak;

struct raw_args { __u64 args[0]; };
struct domain { __u64 id; __u64 mask[1]; };
struct whole_domain { __u64 id; __u64 mask[4]; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); } numbers SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64); } hash SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u32); __type(value, struct domain); } short_masks SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u32); __type(value, struct whole_domain); } whole_masks SEC(".maps");
struct { __uint(type, 3); __uint(max_entries, 4); __type(key, __u32); __type(value, __u32); } programs SEC(".maps");

__u32 hits, which;
__u64 out;
char first;

SEC("syscall") int masks_too_short(void *ctx)
{
	__u32 key = which;
	struct domain *d = bpf_map_lookup_elem(&short_masks, &key);

	if (d && bpf_cpumask_test_cpu(3, (const struct cpumask *)d->mask))
		hits++;
	return 0;
}

SEC("syscall") int masks_too_short_mended(void *ctx)
{
	__u32 key = which;
	struct whole_domain *d = bpf_map_lookup_elem(&whole_masks, &key);

	if (d && bpf_cpumask_test_cpu(3, (const struct cpumask *)d->mask))
		hits++;
	return 0;
}

static const char *const pointers[4] = { "zero", "one", "two", "three" };
static const char strings[4][8] = { "zero", "one", "two", "three" };

SEC("raw_tp") int pointers_in_data(void *ctx)
{
	const char *s = pointers[which & 3];

	first = *s;
	return 0;
}

SEC("raw_tp") int pointers_in_data_mended(void *ctx)
{
	const char *s = strings[which & 3];

	first = *s;
	return 0;
}

__noinl int has_slash(const char *s, int n)
{
	for (int i = 0; i < 16; i++) {
		if (i >= n)
			break;
		if (s[i] == '/')
			return 1;
	}
	return 0;
}

__noinl int has_slash_checked(const char *s, int n)
{
	if (!s)
		return 0;
	for (int i = 0; i < 16; i++) {
		if (i >= n)
			break;
		if (s[i] == '/')
			return 1;
	}
	return 0;
}

__noinl int array_has_slash(const char (*s)[16], int n)
{
	if (!s)
		return 0;
	for (int i = 0; i < 16; i++) {
		if (i >= n)
			break;
		if ((*s)[i] == '/')
			return 1;
	}
	return 0;
}

SEC("raw_tp") int of_global(void *ctx)
{
	char comm[16];

	bpf_get_current_comm(comm, sizeof(comm));
	hits += has_slash(comm, 16);
	return 0;
}

SEC("raw_tp") int of_global_mended(void *ctx)
{
	char comm[16];

	bpf_get_current_comm(comm, sizeof(comm));
	hits += array_has_slash(&comm, 16);
	return 0;
}

// A check for NULL alone is not enough: a char is one byte.
SEC("raw_tp") int of_global_refused(void *ctx)
{
	char comm[16];

	bpf_get_current_comm(comm, sizeof(comm));
	hits += has_slash_checked(comm, 16);
	return 0;
}

__noinl int reads_number(__u64 *p) { return p ? *p : 0; }

SEC("raw_tp") int global_argument(void *ctx)
{
	return reads_number(ctx) & 1;
}

SEC("raw_tp") int global_argument_mended(void *ctx)
{
	__u64 n = *(__u64 *)ctx;

	return reads_number(&n) & 1;
}

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct task_struct___other { int no_such_field; };
#pragma clang attribute pop

SEC("tp_btf/sched_switch") int field_gone(__u64 *ctx)
{
	struct task_struct___other *t = (void *)ctx[2];

	hits = t->no_such_field;
	return 0;
}

SEC("tp_btf/sched_switch") int field_gone_mended(__u64 *ctx)
{
	struct task_struct___other *t = (void *)ctx[2];

	if (__builtin_preserve_field_info(t->no_such_field, 2))
		hits = t->no_such_field;
	return 0;
}

SEC("raw_tp") int function_gone(void *ctx)
{
	bpf_no_such_function();
	return 0;
}

SEC("raw_tp") int function_gone_mended(void *ctx)
{
	if (bpf_no_such_function)
		bpf_no_such_function();
	return 0;
}

SEC("raw_tp") int not_offered(void *ctx)
{
	struct task_struct *t = bpf_task_from_pid(1);

	if (t)
		bpf_task_release(t);
	return 0;
}

SEC("tp_btf/sched_switch") int not_offered_mended(void *ctx)
{
	struct task_struct *t = bpf_task_from_pid(1);

	if (t)
		bpf_task_release(t);
	return 0;
}

struct __sk_buff { __u32 len; };

SEC("raw_tp") int helper_not_offered(struct __sk_buff *skb)
{
	return bpf_skb_load_bytes(skb, 0, &out, 8);
}

SEC("socket") int helper_not_offered_mended(struct __sk_buff *skb)
{
	bpf_skb_load_bytes(skb, 0, &out, 8);
	return 0;
}

SEC("raw_tp") int key_is_a_number(void *ctx)
{
	__u64 *v = bpf_map_lookup_elem(&numbers, (void *)1);

	return v != 0;
}

SEC("raw_tp") int key_is_a_number_mended(void *ctx)
{
	__u32 key = 1;
	__u64 *v = bpf_map_lookup_elem(&numbers, &key);

	return v != 0;
}

SEC("raw_tp") int wrong_map(void *ctx)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&programs, &key) != 0;
}

SEC("raw_tp") int wrong_map_mended(void *ctx)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&numbers, &key) != 0;
}

SEC("raw_tp") int unchecked_value(void *ctx)
{
	__u32 key = 0;
	__u64 *v = bpf_map_lookup_elem(&hash, &key);

	return *v;
}

SEC("raw_tp") int unchecked_value_mended(void *ctx)
{
	__u32 key = 0;
	__u64 *v = bpf_map_lookup_elem(&hash, &key);

	return v ? *v : 0;
}

SEC("raw_tp") int moves_null(void *ctx)
{
	__u32 key = 0;
	char *v = bpf_map_lookup_elem(&hash, &key);

	v += 4;
	hide(v);
	return v ? *v : 0;
}

SEC("raw_tp") int moves_null_mended(void *ctx)
{
	__u32 key = 0;
	char *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	v += 4;
	hide(v);
	return *v;
}

const volatile __u32 constant = 3;

SEC("raw_tp") int writes_constant(void *ctx)
{
	*(volatile __u32 *)&constant = 4;
	return 0;
}

SEC("raw_tp") int writes_constant_mended(void *ctx)
{
	__u32 copy = constant;

	copy++;
	return copy & 1;
}

SEC("tp_btf/sched_switch") int writes_kernel(__u64 *ctx)
{
	struct task_struct___g *t = (void *)ctx[2];

	t->pid = 3;
	return 0;
}

SEC("tp_btf/sched_switch") int writes_kernel_mended(__u64 *ctx)
{
	struct task_struct___g *t = (void *)ctx[2];
	int copy = t->pid;

	copy = 3;
	return copy & 1;
}

static __noinl int go_on(void *ctx, __u32 n)
{
	bpf_tail_call(ctx, &programs, n & 3);
	return 0;
}

SEC("raw_tp") int tail_in_function(void *ctx)
{
	char head[288] = {};

	bpf_probe_read_kernel(head, sizeof(head), ctx);
	return go_on(ctx, head[23]);
}

SEC("raw_tp") int tail_in_function_mended(void *ctx)
{
	char head[288] = {};

	bpf_probe_read_kernel(head, sizeof(head), ctx);
	bpf_tail_call(ctx, &programs, head[23] & 3);
	return 0;
}

static __noinl int deep(void *ctx)
{
	char more[300] = {};

	bpf_probe_read_kernel(more, sizeof(more), ctx);
	return more[9];
}

SEC("socket") int too_deep(void *ctx)
{
	char head[300] = {};

	bpf_get_current_comm(head, 0 + 16);
	return deep(head) + head[3];
}

static __noinl int shallow(void *ctx)
{
	char more[100] = {};

	bpf_probe_read_kernel(more, sizeof(more), ctx);
	return more[9];
}

SEC("socket") int too_deep_mended(void *ctx)
{
	char head[300] = {};

	bpf_get_current_comm(head, 0 + 16);
	return shallow(head) + head[3];
}

__noinl int global_callback(__u32 i, void *ctx) { return 0; }
static int static_callback(__u32 i, void *ctx) { return 0; }

SEC("raw_tp") int callback_is_global(void *ctx)
{
	bpf_loop(3, global_callback, 0, 0);
	return 0;
}

SEC("raw_tp") int callback_is_global_mended(void *ctx)
{
	bpf_loop(3, static_callback, 0, 0);
	return 0;
}

static long odd_callback(__u32 i, void *ctx) { return 2; }
static long even_callback(__u32 i, void *ctx) { return 1; }

SEC("raw_tp") int callback_returns(void *ctx)
{
	bpf_loop(3, odd_callback, 0, 0);
	return 0;
}

SEC("raw_tp") int callback_returns_mended(void *ctx)
{
	bpf_loop(3, even_callback, 0, 0);
	return 0;
}

SEC("cgroup_skb/ingress") int returns(void *ctx)
{
	return hits;
}

SEC("cgroup_skb/ingress") int returns_mended(void *ctx)
{
	return hits ? 1 : 0;
}
