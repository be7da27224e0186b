// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* From new to destroy a program owes something, on every way. */

static __u64 (*const bpf_get_prandom_u32)(void) = (void *)7;

__u32 wanted = 50;

/* One loop after the other. */
SEC("raw_tp/sys_enter")
int two_loops(void *ctx)
{
	int *v, sum = 0;

	{
		struct bpf_iter_num first;

		bpf_iter_num_new(&first, 0, 3);
		while ((v = bpf_iter_num_next(&first)))
			sum += *v;
		bpf_iter_num_destroy(&first);
	}
	{
		struct bpf_iter_num second;

		bpf_iter_num_new(&second, 3, 5);
		while ((v = bpf_iter_num_next(&second)))
			sum += *v;
		bpf_iter_num_destroy(&second);
	}
	return sum;
}

/* Five ways out. */
SEC("raw_tp/sys_enter")
int five_ways(void *ctx)
{
	struct bpf_iter_num it;
	int *v, result = 15;

	if (bpf_get_prandom_u32() > 1000)
		return 11;
	if (bpf_iter_num_new(&it, 0, wanted)) {
		result = 12;
		goto out;
	}
	while ((v = bpf_iter_num_next(&it))) {
		if (*v == 5) {
			result = 13;
			break;
		}
		if (*v == 7)
			return 14;
	}
out:
	bpf_iter_num_destroy(&it);
	return result;
}
