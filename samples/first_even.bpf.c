// SPDX-License-Identifier: GPL-2.0-only
#include "iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Looks for an even number. Rejected: one way out of it forgets the iterator. */

SEC("raw_tp/sys_enter")
int first_even(void *ctx)
{
	struct bpf_iter_num it;
	int *v;

	bpf_iter_num_new(&it, 1, 10);
	while ((v = bpf_iter_num_next(&it))) {
		if (!(*v & 1))
			return *v;
	}
	bpf_iter_num_destroy(&it);
	return 0;
}
