// SPDX-License-Identifier: GPL-2.0-only
#include "iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Takes the first number. Rejected: next may return NULL, and nobody looked. */

SEC("raw_tp/sys_enter")
int first_number(void *ctx)
{
	struct bpf_iter_num it;
	int first;

	bpf_iter_num_new(&it, 7, 10);
	first = *bpf_iter_num_next(&it);
	bpf_iter_num_destroy(&it);
	return first;
}
