#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/* Where the first numbers are to end. */
int end = 5;

/* The first number from 5 on and the first one from 20 on, added up. There are three mistakes. */
SEC("raw_tp/sys_enter")
int first_number(void *ctx)
{
	struct bpf_iter_num small, large;
	int *v, sum = 0;

	bpf_iter_num_new(&small, 5, end);
	sum += *bpf_iter_num_next(&small);

	bpf_iter_num_new(&large, 20, 30);
	v = bpf_iter_num_next(&large);
	if (v) {
		sum += *v;
		bpf_iter_num_destroy(&small);
	}
	bpf_iter_num_destroy(&small);
	return sum;
}
