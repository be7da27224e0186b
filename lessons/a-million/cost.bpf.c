// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

static long (*const bpf_loop)(__u32 nr, void *callback, void *ctx, __u64 flags) = (void *)181;

/* 0 when it is loaded. Memory: the verifier does not know what is in it. */
__u32 wanted;

/* The sum of 0 to 99, in four ways. */

SEC("raw_tp/sys_enter")
int by_bound(void *ctx)
{
	__u32 sum = 0;

#pragma clang loop unroll(disable) vectorize(disable)
	for (__u32 i = 0; i < 100; i++) {
		asm volatile("" : "+r"(i));
		sum += i;
	}
	return sum;
}

static int add(__u32 i, __u32 *sum)
{
	*sum += i;
	return 0;
}

SEC("raw_tp/sys_enter")
int by_callback(void *ctx)
{
	__u32 sum = 0;

	bpf_loop(100, add, &sum, 0);
	return sum;
}

SEC("raw_tp/sys_enter")
int by_iterator(void *ctx)
{
	struct bpf_iter_num it;
	__u32 sum = 0;
	int *v;

	bpf_iter_num_new(&it, 0, 100);
	while ((v = bpf_iter_num_next(&it)))
		sum += *v;
	bpf_iter_num_destroy(&it);
	return sum;
}

/* may_goto, an instruction that older compilers do not know: at run time it leaves the loop when its budget is used up. */
#define may_leave(label) \
	asm volatile goto("1: .byte 0xe5; .byte 0; .long ((%l[" #label "] - 1b - 8) / 8) & 0xffff; .short 0" :: :: label)

SEC("raw_tp/sys_enter")
int by_may_goto(void *ctx)
{
	__u32 sum = 0, i = 0;

	asm volatile("" : "+r"(i));
	for (;;) {
		may_leave(out);
		asm volatile("" : "+r"(i));
		if (i >= 100)
			break;
		sum += i;
		i++;
	}
out:
	return sum;
}

/* A loop in a loop, of a hundred rounds each. */
SEC("raw_tp/sys_enter")
int nested(void *ctx)
{
	struct bpf_iter_num row, col;
	int *r, *c, cells = 0;

	bpf_iter_num_new(&row, 0, 100);
	while ((r = bpf_iter_num_next(&row))) {
		bpf_iter_num_new(&col, 0, 100);
		while ((c = bpf_iter_num_next(&col)))
			if (*c > *r)
				cells++;
		bpf_iter_num_destroy(&col);
	}
	bpf_iter_num_destroy(&row);
	return cells;
}

/* A bounded loop, with an if in it whose outcome is open. */
SEC("raw_tp/sys_enter")
int many_ways(void *ctx)
{
	__u32 n = 0;

#pragma clang loop unroll(disable) vectorize(disable)
	for (__u32 i = 0; i < 10000; i++) {
		asm volatile("" : "+r"(i));
		if (*(volatile __u32 *)&wanted == 0)
			n++;
	}
	return n;
}
