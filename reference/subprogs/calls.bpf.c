// SPDX-License-Identifier: GPL-2.0-only
// Static and global functions.
#include "../iterscope.bpf.h"
LICENSE;

static __noinl int add(int a, int b) { return a + b; }
static __noinl int read_it(int *p) { return *p; }
static __noinl void write_it(int *p, int v) { *p = v; }
static __noinl int nothing_read(void) { return 3; }

SEC("raw_tp") int call_add(void *ctx) { return add(3, 4); }
SEC("raw_tp") int call_add_unknown(void *ctx) { return add(bpf_get_prandom_u32(), 4); }
SEC("raw_tp") int call_twice(void *ctx) { return add(add(1, bpf_get_prandom_u32()), 2); }
SEC("raw_tp") int call_read(void *ctx) { int x = 5; hide(x); return read_it(&x); }
SEC("raw_tp") int call_write(void *ctx) { int x; write_it(&x, 7); return x; }
SEC("raw_tp") int call_read_uninitialised(void *ctx) { int x; return read_it(&x); }
SEC("raw_tp") int call_without_args(void *ctx) { return nothing_read(); }

int global_add(int a, int b) { return a + b; }
int global_bounded(unsigned a) { return a > 5 ? 5 : a; }
int global_reads(int *p) { return p ? *p : 0; }
int global_reads_unchecked(int *p) { return *p; }
int global_reads_nonnull(int *p __arg_nonnull) { return *p; }
int global_writes(int *p) { if (p) *p = 1; return 0; }
struct pair { int a, b; long c; };
int global_struct(struct pair *p) { return p ? p->a + p->b + p->c : 0; }
int global_past_struct(struct pair *p) { return p ? *(int *)((char *)p + 16) : 0; }
int global_context(void *ctx __arg_ctx) { return *(__u64 *)ctx & 1; }
int global_calls_global(int a) { return global_add(a, 1) + global_bounded(a); }
int global_iterates(int n)
{
	struct bpf_iter_num it;
	int *v, sum = 0;

	bpf_iter_num_new(&it, 0, n);
	while ((v = bpf_iter_num_next(&it)))
		sum += *v;
	bpf_iter_num_destroy(&it);
	return sum;
}
int global_leaks(int n)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, n);
	return 0;
}
void global_void(int a) { bpf_get_prandom_u32(); }
int global_takes_iterator(struct bpf_iter_num *it) { return it ? 1 : 0; }

SEC("raw_tp") int g_add(void *ctx) { return global_add(3, 4); }
SEC("raw_tp") int g_result_unknown(void *ctx) { char b[8] = {}; int i = global_bounded(3); hide(i); return b[i]; }
SEC("raw_tp") int g_result_checked(void *ctx) { char b[8] = {}; unsigned i = global_bounded(3); if (i > 7) return 0; hide(i); if (i > 7) return 0; return b[i]; }
SEC("raw_tp") int g_reads(void *ctx) { int x = 1; return global_reads(&x); }
SEC("raw_tp") int g_reads_null(void *ctx) { return global_reads(0); }
SEC("raw_tp") int g_reads_unchecked(void *ctx) { int x = 1; return global_reads_unchecked(&x); }
SEC("raw_tp") int g_reads_nonnull(void *ctx) { int x = 1; return global_reads_nonnull(&x); }
SEC("raw_tp") int g_nonnull_given_null(void *ctx) { return global_reads_nonnull(0); }
SEC("raw_tp") int g_writes(void *ctx) { int x = 0; global_writes(&x); return x; }
SEC("raw_tp") int g_too_small(void *ctx) { short x = 0; return global_reads((int *)&x); }
SEC("raw_tp") int g_struct(void *ctx) { struct pair p = { 1, 2, 3 }; return global_struct(&p); }
SEC("raw_tp") int g_past_struct(void *ctx) { struct pair p = { 1, 2, 3 }; return global_past_struct(&p); }
SEC("raw_tp") int g_context(void *ctx) { return global_context(ctx); }
SEC("raw_tp") int g_context_given_stack(void *ctx) { long x = 0; return global_context(&x); }
SEC("raw_tp") int g_calls_global(void *ctx) { return global_calls_global(2); }
SEC("raw_tp") int g_iterates(void *ctx) { return global_iterates(7); }
SEC("raw_tp") int g_leaks(void *ctx) { return global_leaks(7); }
SEC("raw_tp") int g_in_loop(void *ctx)
{
	struct bpf_iter_num it;
	int *v, sum = 0;

	bpf_iter_num_new(&it, 0, 5);
	while ((v = bpf_iter_num_next(&it)))
		sum += global_iterates(*v);
	bpf_iter_num_destroy(&it);
	return sum;
}
SEC("raw_tp") int g_void(void *ctx) { global_void(1); return 0; }
SEC("raw_tp") int g_given_iterator(void *ctx)
{
	struct bpf_iter_num it;
	int r;

	bpf_iter_num_new(&it, 0, 5);
	r = global_takes_iterator(&it);
	bpf_iter_num_destroy(&it);
	return r;
}

/* A pointer argument that was never set: its offset is looked at before its kind. */
__noinl int g_reads_int(int *p, int x)
{
	return p ? *p + x : x;
}
SEC("raw_tp") __naked int global_pointer_never_set(void)
{
	asm volatile("call 7; r2 = r0; call g_reads_int; r0 = 0; exit;" ::: "memory");
}
