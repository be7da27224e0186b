// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* next before new. */
SEC("raw_tp/sys_enter")
int too_early(void *ctx)
{
	struct bpf_iter_num it;
	int *v, first = 0;

	v = bpf_iter_num_next(&it);
	if (v)
		first = *v;
	bpf_iter_num_new(&it, 0, 10);
	bpf_iter_num_destroy(&it);
	return first;
}

/* next after destroy. */
SEC("raw_tp/sys_enter")
int too_late(void *ctx)
{
	struct bpf_iter_num it;
	int *v, first = 0;

	bpf_iter_num_new(&it, 0, 10);
	bpf_iter_num_destroy(&it);
	v = bpf_iter_num_next(&it);
	if (v)
		first = *v;
	return first;
}

/* destroy after destroy. */
SEC("raw_tp/sys_enter")
int twice(void *ctx)
{
	struct bpf_iter_num it;
	int n = 0;

	bpf_iter_num_new(&it, 0, 10);
	while (bpf_iter_num_next(&it))
		n++;
	bpf_iter_num_destroy(&it);
	bpf_iter_num_destroy(&it);
	return n;
}

/* new after new. */
SEC("raw_tp/sys_enter")
int new_again(void *ctx)
{
	struct bpf_iter_num it;
	int n = 0;

	bpf_iter_num_new(&it, 0, 10);
	bpf_iter_num_new(&it, 0, 20);
	while (bpf_iter_num_next(&it))
		n++;
	bpf_iter_num_destroy(&it);
	return n;
}

/* new, destroy, and new once more in the same place; next after NULL. */
SEC("raw_tp/sys_enter")
int once_more(void *ctx)
{
	struct bpf_iter_num it;
	int n = 0;

	bpf_iter_num_new(&it, 0, 10);
	bpf_iter_num_destroy(&it);
	bpf_iter_num_new(&it, 0, 20);
	while (bpf_iter_num_next(&it))
		n++;
	bpf_iter_num_next(&it);
	bpf_iter_num_destroy(&it);
	return n;
}
