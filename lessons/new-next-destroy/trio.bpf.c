// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Three functions and eight bytes of stack. */

/* Adds up the numbers 1 to 4. */
SEC("raw_tp/sys_enter")
int one_to_four(void *ctx)
{
	struct bpf_iter_num it;
	int sum = 0, *v;

	bpf_iter_num_new(&it, 1, 5);
	while ((v = bpf_iter_num_next(&it)))
		sum += *v;
	bpf_iter_num_destroy(&it);
	return sum;
}

/* Looks into the state. */
SEC("raw_tp/sys_enter")
int peeks(void *ctx)
{
	struct bpf_iter_num it;
	int inside;

	bpf_iter_num_new(&it, 1, 5);
	inside = it.__opaque[0];
	bpf_iter_num_destroy(&it);
	return inside;
}
