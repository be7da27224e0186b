// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

static __u32 (*const bpf_get_smp_processor_id)(void) = (void *)8;

__u32 table[4];

/* An if and a next, and no loop: two forks. */
SEC("raw_tp/sys_enter")
int two_forks(void *ctx)
{
	struct bpf_iter_num it;
	int *v, start = 0, first = -1;

	if (bpf_get_smp_processor_id() == 0)
		start = 7;
	bpf_iter_num_new(&it, start, 10);
	v = bpf_iter_num_next(&it);
	if (v)
		first = *v;
	bpf_iter_num_destroy(&it);
	return first;
}

/* Two mistakes: one in the body of the loop, one behind it. */
SEC("raw_tp/sys_enter")
int two_mistakes(void *ctx)
{
	struct bpf_iter_num it;
	int *v;

	bpf_iter_num_new(&it, 0, 4);
	while ((v = bpf_iter_num_next(&it)))
		table[*v] = 1;
	bpf_iter_num_destroy(&it);
	return *v;
}

/* It does not take NULL for an answer. */
SEC("raw_tp/sys_enter")
int asks_again(void *ctx)
{
	struct bpf_iter_num it;
	int *v;

	bpf_iter_num_new(&it, 0, 4);
	do
		v = bpf_iter_num_next(&it);
	while (!v);
	bpf_iter_num_destroy(&it);
	return 0;
}
