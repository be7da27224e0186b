// SPDX-License-Identifier: GPL-2.0-only
#include "iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Adds up the numbers 0 to 9. Nothing in it tells the verifier that ten rounds are enough. */

SEC("raw_tp/sys_enter")
int sum_to_ten(void *ctx)
{
	struct bpf_iter_num it;
	int sum = 0, *v;

	bpf_iter_num_new(&it, 0, 10);
	while ((v = bpf_iter_num_next(&it)))
		sum += *v;
	bpf_iter_num_destroy(&it);
	return sum;
}
