// SPDX-License-Identifier: GPL-2.0-only
// Loops without iterators: bounded, endless, may_goto and callbacks. mcpu=v4
#include "../iterscope.bpf.h"
LICENSE;
#define L(name, body) ASM(name, body "r0 = 0; exit;")

L(count_down, "r6 = 10; 1: r6 += -1; if r6 != 0 goto 1b;")
L(count_up, "r6 = 0; 1: r6 += 1; if r6 < 10 goto 1b;")
L(count_up_signed, "r6 = -5; 1: r6 += 1; if r6 s< 5 goto 1b;")
L(count_up_32, "w6 = 0; 1: w6 += 3; if w6 < 30 goto 1b;")
L(count_nested, "r6 = 4; 1: r7 = 4; 2: r7 += -1; if r7 != 0 goto 2b; r6 += -1; if r6 != 0 goto 1b;")
L(count_unknown, RANDOM "r6 = r0; r6 &= 7; 1: if r6 == 0 goto 2f; r6 += -1; goto 1b; 2:")
L(count_with_branch, "r6 = 6; 1:" RANDOM "if r0 > 5 goto 2f; r7 = 1; 2: r6 += -1; if r6 != 0 goto 1b;")
L(count_and_write, "r6 = r10; r7 = 8; 1: r6 += -8; *(u64 *)(r6 + 0) = r7; r7 += -1; if r7 != 0 goto 1b; r8 = *(u64 *)(r10 - 64);")
L(write_too_far, "r6 = r10; r7 = 65; 1: r6 += -8; *(u64 *)(r6 + 0) = r7; r7 += -1; if r7 != 0 goto 1b;")
L(endless_self, "1: goto 1b;")
L(endless_same_state, "r6 = 1; 1: r6 = 1; if r6 == 1 goto 1b;")
L(endless_unknown, "1:" RANDOM "if r0 != 0 goto 1b;")
L(endless_two, "r6 = 0; 1: r6 ^= 1; if r6 < 2 goto 1b;")
L(may_goto_once, "r6 = 0; 1: .byte 0xe5; .byte 0; .short 2; .long 0; r6 += 1; goto 1b;")
L(may_goto_sum, "r6 = 0; r7 = 0; 1: .byte 0xe5; .byte 0; .short 4; .long 0; r7 += r6; r6 += 1; if r6 > 1000 goto 2f; goto 1b; 2:")
L(goto_long, "r6 = 3; 1: r6 += -1; if r6 == 0 goto 2f; gotol 1b; 2:")

static int add_up(__u32 i, void *ctx)
{
	*(int *)ctx += i;
	return 0;
}
static int stop_at_five(__u32 i, void *ctx)
{
	*(int *)ctx = i;
	return i >= 5;
}
static int bad_return(__u32 i, void *ctx)
{
	return i;
}
static int writes_far(__u32 i, void *ctx)
{
	char *p = ctx;

	p[i & 15] = 1;
	return 0;
}
static int nothing(__u32 i, void *ctx)
{
	return 0;
}

SEC("raw_tp") int loop_sum(void *ctx)
{
	int sum = 0;

	bpf_loop(10, add_up, &sum, 0);
	return sum;
}
SEC("raw_tp") int loop_stop(void *ctx)
{
	int last = 0;

	bpf_loop(100, stop_at_five, &last, 0);
	return last;
}
SEC("raw_tp") int loop_unknown_count(void *ctx)
{
	int sum = 0;

	bpf_loop(bpf_get_prandom_u32(), add_up, &sum, 0);
	return sum;
}
SEC("raw_tp") int loop_zero(void *ctx)
{
	int sum = 7;

	bpf_loop(0, add_up, &sum, 0);
	return sum;
}
SEC("raw_tp") int loop_bad_return(void *ctx)
{
	return bpf_loop(10, bad_return, 0, 0);
}
SEC("raw_tp") int loop_writes_far(void *ctx)
{
	char bytes[8] = {};

	return bpf_loop(10, writes_far, bytes, 0) + bytes[0];
}
SEC("raw_tp") int loop_no_context(void *ctx)
{
	return bpf_loop(10, nothing, 0, 0);
}
SEC("raw_tp") int loop_flags(void *ctx)
{
	return bpf_loop(10, nothing, 0, 1);
}
SEC("raw_tp") int loop_twice(void *ctx)
{
	int sum = 0;

	bpf_loop(10, add_up, &sum, 0);
	bpf_loop(5, stop_at_five, &sum, 0);
	return sum;
}
static int outer(__u32 i, void *ctx)
{
	bpf_loop(i, add_up, ctx, 0);
	return 0;
}
SEC("raw_tp") int loop_nested(void *ctx)
{
	int sum = 0;

	bpf_loop(10, outer, &sum, 0);
	return sum;
}
static int with_iterator(__u32 i, void *ctx)
{
	struct bpf_iter_num it;
	int *v;

	bpf_iter_num_new(&it, 0, 5);
	while ((v = bpf_iter_num_next(&it)))
		*(int *)ctx += *v;
	bpf_iter_num_destroy(&it);
	return 0;
}
SEC("raw_tp") int loop_over_iterator(void *ctx)
{
	int sum = 0;

	bpf_loop(10, with_iterator, &sum, 0);
	return sum;
}
static int leaks(__u32 i, void *ctx)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 5);
	return 0;
}
SEC("raw_tp") int loop_leaks(void *ctx)
{
	bpf_loop(10, leaks, 0, 0);
	return 0;
}
static int next_in_callback(__u32 i, void *ctx)
{
	return !bpf_iter_num_next(ctx);
}
SEC("raw_tp") int loop_over_callers_iterator(void *ctx)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 5);
	bpf_loop(10, next_in_callback, &it, 0);
	bpf_iter_num_destroy(&it);
	return 0;
}
SEC("raw_tp") int iterator_over_loop(void *ctx)
{
	struct bpf_iter_num it;
	int sum = 0;

	bpf_iter_num_new(&it, 0, 5);
	while (bpf_iter_num_next(&it))
		bpf_loop(3, add_up, &sum, 0);
	bpf_iter_num_destroy(&it);
	return sum;
}
SEC("raw_tp") int plain_sum(void *ctx)
{
	int sum = 0;

	for (int i = 0; i < 20; i++) {
		sum += i;
		hide(sum);
	}
	return sum;
}
