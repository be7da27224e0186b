#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

int from = 7;
int to = 10;

/* Returns the first number of the iterator, and -1 where it has none. */
SEC("raw_tp/sys_enter")
int not_asked(void *ctx)
{
	struct bpf_iter_num it;
	int *first, number = -1;

	bpf_iter_num_new(&it, from, to);
	first = bpf_iter_num_next(&it);
	if (first)
		number = *first;
	bpf_iter_num_destroy(&it);
	return number;
}
