// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

__u32 table[8];

/* Counts all numbers. */
SEC("raw_tp/sys_enter")
int count_all(void *ctx)
{
	struct bpf_iter_num it;
	int n = 0;

	bpf_iter_num_new(&it, 0, 10);
	while (bpf_iter_num_next(&it))
		n++;
	bpf_iter_num_destroy(&it);
	return n;
}

/* The count is an index: it may not be forgotten. */
SEC("raw_tp/sys_enter")
int first_eight(void *ctx)
{
	struct bpf_iter_num it;
	__u64 n = 0;
	int *v;

	bpf_iter_num_new(&it, 100, 200);
	while ((v = bpf_iter_num_next(&it)))
		if (n < 8) {
			table[n] = *v;
			n++;
		}
	bpf_iter_num_destroy(&it);
	return n;
}

/* The last eight numbers, in a ring. */
SEC("raw_tp/sys_enter")
int last_eight(void *ctx)
{
	struct bpf_iter_num it;
	__u32 n = 0;
	int *v;

	bpf_iter_num_new(&it, 100, 200);
	while ((v = bpf_iter_num_next(&it))) {
		table[n & 7] = *v;
		n++;
	}
	bpf_iter_num_destroy(&it);
	return n;
}
