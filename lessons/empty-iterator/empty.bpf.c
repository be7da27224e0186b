// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* What becomes of an iterator whose constructor fails. */

int from = 3;
int to = 6;

/* Begins at 10 and ends at 0. */
SEC("raw_tp/sys_enter")
int wrong_way_round(void *ctx)
{
	struct bpf_iter_num it;
	int rounds = 0;

	bpf_iter_num_new(&it, 10, 0);
	while (bpf_iter_num_next(&it))
		rounds++;
	bpf_iter_num_destroy(&it);
	return rounds;
}

/* Leaves at once where new has failed. */
SEC("raw_tp/sys_enter")
int leaves_at_once(void *ctx)
{
	struct bpf_iter_num it;
	int error, *v, sum = 0;

	error = bpf_iter_num_new(&it, from, to);
	if (error)
		return error;
	while ((v = bpf_iter_num_next(&it)))
		sum += *v;
	bpf_iter_num_destroy(&it);
	return sum;
}

/* Gives the error of new to its caller. */
SEC("raw_tp/sys_enter")
int only_the_error(void *ctx)
{
	struct bpf_iter_num it;
	int error = bpf_iter_num_new(&it, 10, 0);

	bpf_iter_num_destroy(&it);
	return error;
}
