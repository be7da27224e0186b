// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* next gives a pointer or NULL, and in the end NULL for ever. */

int from = 7;
int to = 10;

/* Takes the first number. */
SEC("raw_tp/sys_enter")
int not_asked(void *ctx)
{
	struct bpf_iter_num it;
	int *first, number;

	bpf_iter_num_new(&it, 7, 10);
	first = bpf_iter_num_next(&it);
	number = *first;
	bpf_iter_num_destroy(&it);
	return number;
}

/* Asks. */
SEC("raw_tp/sys_enter")
int asked(void *ctx)
{
	struct bpf_iter_num it;
	int *first, number = -1;

	bpf_iter_num_new(&it, 7, 10);
	first = bpf_iter_num_next(&it);
	if (first)
		number = *first;
	bpf_iter_num_destroy(&it);
	return number;
}

/* Goes on asking after the end: counts the elements that come then. */
SEC("raw_tp/sys_enter")
int after_the_end(void *ctx)
{
	struct bpf_iter_num it;
	int late = 0;

	bpf_iter_num_new(&it, 7, 10);
	while (bpf_iter_num_next(&it))
		;
	if (bpf_iter_num_next(&it))
		late++;
	if (bpf_iter_num_next(&it))
		late++;
	bpf_iter_num_destroy(&it);
	return late;
}
