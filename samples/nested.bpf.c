// SPDX-License-Identifier: GPL-2.0-only
#include "iter.h"

char LICENSE[] SEC("license") = "GPL";

/* One loop in another: two iterators, two references, two depths. */

SEC("raw_tp/sys_enter")
int multiplication_table(void *ctx)
{
	struct bpf_iter_num row, col;
	int *r, *c, cells = 0;

	bpf_iter_num_new(&row, 1, 10);
	while ((r = bpf_iter_num_next(&row))) {
		bpf_iter_num_new(&col, 1, 10);
		while ((c = bpf_iter_num_next(&col))) {
			if (*r * *c > 20)
				cells++;
		}
		bpf_iter_num_destroy(&col);
	}
	bpf_iter_num_destroy(&row);
	return cells;
}
