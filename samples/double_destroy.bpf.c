// SPDX-License-Identifier: GPL-2.0-only
#include "iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Counts to three. Rejected: an early way out destroys the iterator, and so does the end. */

SEC("raw_tp/sys_enter")
int count_to_three(void *ctx)
{
	struct bpf_iter_num it;
	int n = 0;

	bpf_iter_num_new(&it, 0, 10);
	while (bpf_iter_num_next(&it)) {
		if (++n == 3) {
			bpf_iter_num_destroy(&it);
			break;
		}
	}
	bpf_iter_num_destroy(&it);
	return n;
}
