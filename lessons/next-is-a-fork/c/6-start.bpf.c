#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/* Adds up 3, 4, 5 and 6, and the last number once more. One mistake stands in the loop, and one behind it. */
SEC("raw_tp/sys_enter")
int sum_and_last(void *ctx)
{
	struct bpf_iter_num it;
	int *v, *last = NULL, sum = 0;

	bpf_iter_num_new(&it, 3, 7);
	while ((v = bpf_iter_num_next(&it))) {
		last = v;
		sum += v[1];
	}
	bpf_iter_num_destroy(&it);
	return sum + *last;
}
