// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Counts the rounds of a loop itself. Rejected: i is another number in every round, and a comparison asks for it. */

SEC("raw_tp/sys_enter")
int count_rounds(void *ctx)
{
	struct bpf_iter_num it;
	int *v, i = 0;

	bpf_iter_num_new(&it, 0, 1000000);
	while ((v = bpf_iter_num_next(&it))) {
		if (i >= 1000000)
			break;
		i++;
	}
	bpf_iter_num_destroy(&it);
	return i;
}
