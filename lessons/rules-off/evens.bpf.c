// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* An iterator that no Linux has: the model in endless.json has it. Its next never gives NULL. */
struct bpf_iter_evens {
	__u64 __opaque[3];
} __attribute__((aligned(8)));

extern int bpf_iter_evens_new(struct bpf_iter_evens *it, int from, int to) __weak __ksym;
extern int *bpf_iter_evens_next(struct bpf_iter_evens *it) __weak __ksym;
extern void bpf_iter_evens_destroy(struct bpf_iter_evens *it) __weak __ksym;

SEC("raw_tp/sys_enter")
int count_evens(void *ctx)
{
	struct bpf_iter_evens it;
	int n = 0;

	bpf_iter_evens_new(&it, 0, 10);
	while (bpf_iter_evens_next(&it))
		n++;
	bpf_iter_evens_destroy(&it);
	return n;
}
