#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

int from = 7;
int to = 10;

/*
 * The first number of the second iterator minus that of the first; -1
 * where one of them is empty.
 */
SEC("raw_tp/sys_enter")
int not_asked(void *ctx)
{
	struct bpf_iter_num one, two;
	int *first, *second, result = -1;

	bpf_iter_num_new(&one, from, 10);
	bpf_iter_num_new(&two, to, 20);
	first = bpf_iter_num_next(&one);
	second = bpf_iter_num_next(&two);
	if (first && second)
		result = *second - *first;
	bpf_iter_num_destroy(&two);
	bpf_iter_num_destroy(&one);
	return result;
}
