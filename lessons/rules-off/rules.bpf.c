// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Where the numbers are to end. */
int end = 5;

/* Takes the first number, and does not look whether there is one. */
SEC("raw_tp/sys_enter")
int first_number(void *ctx)
{
	struct bpf_iter_num it;
	int first;

	bpf_iter_num_new(&it, 5, end);
	first = *bpf_iter_num_next(&it);
	bpf_iter_num_destroy(&it);
	return first;
}

/* A good loop. */
SEC("raw_tp/sys_enter")
int count(void *ctx)
{
	struct bpf_iter_num it;
	int n = 0;

	bpf_iter_num_new(&it, 0, end);
	while (bpf_iter_num_next(&it))
		n++;
	bpf_iter_num_destroy(&it);
	return n;
}
