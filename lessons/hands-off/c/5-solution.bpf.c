#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/* The number to begin with. */
int first = 3;

/* Adds up what is left. */
static __noinline int rest(struct bpf_iter_num *it)
{
	int *v, sum = 0;

	while ((v = bpf_iter_num_next(it)))
		sum += *v;
	return sum;
}

SEC("raw_tp/sys_enter")
int passes_it(void *ctx)
{
	struct bpf_iter_num it;
	int sum;

	bpf_iter_num_new(&it, first, 10);
	bpf_iter_num_next(&it);
	sum = rest(&it);
	bpf_iter_num_destroy(&it);
	return sum;
}
