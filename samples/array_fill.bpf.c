// SPDX-License-Identifier: GPL-2.0-only
#include "iter.h"

char LICENSE[] SEC("license") = "GPL";

#define SLOTS 16

__u32 squares[SLOTS];

/* Fills an array until a square is too large. The check of *v against SLOTS is what makes the store safe. */

SEC("raw_tp/sys_enter")
int fill_squares(void *ctx)
{
	struct bpf_iter_num it;
	__u32 filled = 0;
	int *v;

	bpf_iter_num_new(&it, 0, 100);
	while ((v = bpf_iter_num_next(&it))) {
		__u32 i = *v;

		if (i >= SLOTS)
			break;
		squares[i] = i * i;
		filled++;
	}
	bpf_iter_num_destroy(&it);
	return filled;
}
