// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* An iterator that no Linux has, as its header declared it when these programs were compiled. */

struct bpf_iter_evens {
	__u64 __opaque[3];
} __attribute__((aligned(8)));

extern int bpf_iter_evens_new(struct bpf_iter_evens *it, int from, int to) __weak __ksym;
extern int *bpf_iter_evens_next(struct bpf_iter_evens *it) __weak __ksym;
extern void bpf_iter_evens_destroy(struct bpf_iter_evens *it) __weak __ksym;

int from;
int to = 10;

/* Counts, and does not look at what new returned. */
SEC("raw_tp/sys_enter")
int count_evens(void *ctx)
{
	struct bpf_iter_evens it;
	int count = 0;

	bpf_iter_evens_new(&it, from, to);
	while (bpf_iter_evens_next(&it))
		count++;
	bpf_iter_evens_destroy(&it);
	return count;
}

/* Adds up, or tells the error. */
SEC("raw_tp/sys_enter")
int sum_evens(void *ctx)
{
	struct bpf_iter_evens it;
	int *v, sum = 0, err;

	err = bpf_iter_evens_new(&it, from, to);
	while ((v = bpf_iter_evens_next(&it)))
		sum += *v;
	bpf_iter_evens_destroy(&it);
	return err ? err : sum;
}
