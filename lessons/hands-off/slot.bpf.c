// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Reads the first bytes of an iterator. */
SEC("raw_tp/sys_enter")
int reads_it(void *ctx)
{
	struct bpf_iter_num it;
	int n = 0;

	bpf_iter_num_new(&it, 3, 10);
	while (bpf_iter_num_next(&it))
		n += *(volatile int *)&it;
	bpf_iter_num_destroy(&it);
	return n;
}

/* Writes into an iterator, to leave out the first numbers. */
SEC("raw_tp/sys_enter")
int writes_it(void *ctx)
{
	struct bpf_iter_num it;
	int n = 0;

	bpf_iter_num_new(&it, 0, 10);
	*(volatile int *)&it = 4;
	while (bpf_iter_num_next(&it))
		n++;
	bpf_iter_num_destroy(&it);
	return n;
}

/* The number to begin with. */
int first = 3;

/* Gives the address of an iterator to a function of its own. */
static __noinline int rest(struct bpf_iter_num *it)
{
	int n = 0;

	while (bpf_iter_num_next(it))
		n++;
	return n;
}

SEC("raw_tp/sys_enter")
int passes_it(void *ctx)
{
	struct bpf_iter_num it;
	int n;

	bpf_iter_num_new(&it, first, 10);
	bpf_iter_num_next(&it);
	n = rest(&it);
	bpf_iter_num_destroy(&it);
	return n;
}
