// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Programs for two iterators that no Linux has: down counts from n to 1, every gives each third number. */

struct bpf_iter_down {
	__u64 __opaque[3];
} __attribute__((aligned(8)));

extern int bpf_iter_down_new(struct bpf_iter_down *it, int n) __weak __ksym;
extern int *bpf_iter_down_next(struct bpf_iter_down *it) __weak __ksym;
extern void bpf_iter_down_destroy(struct bpf_iter_down *it) __weak __ksym;

struct bpf_iter_every {
	__u64 __opaque[3];
} __attribute__((aligned(8)));

extern int bpf_iter_every_new(struct bpf_iter_every *it, int first, int last) __weak __ksym;
extern __u64 *bpf_iter_every_next(struct bpf_iter_every *it) __weak __ksym;
extern void bpf_iter_every_destroy(struct bpf_iter_every *it) __weak __ksym;

int first = 1;
int last = 20;

SEC("raw_tp/sys_enter")
int sum_down(void *ctx)
{
	struct bpf_iter_down it;
	int *v, sum = 0;

	bpf_iter_down_new(&it, 4);
	while ((v = bpf_iter_down_next(&it)))
		sum += *v;
	bpf_iter_down_destroy(&it);
	return sum;
}

SEC("raw_tp/sys_enter")
int sum_every(void *ctx)
{
	struct bpf_iter_every it;
	__u64 *v, sum = 0;

	bpf_iter_every_new(&it, first, last);
	while ((v = bpf_iter_every_next(&it)))
		sum += *v;
	bpf_iter_every_destroy(&it);
	return sum;
}
