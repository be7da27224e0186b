#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

int from = 7;
int to = 10;

/*
 * Returns the first number of the iterator. Where it has none, it should
 * return -1.
 */
SEC("raw_tp/sys_enter")
int not_asked(void *ctx)
{
	struct bpf_iter_num it;
	int *first, number;

	bpf_iter_num_new(&it, from, to);
	first = bpf_iter_num_next(&it);
	number = *first;
	bpf_iter_num_destroy(&it);
	return number;
}
