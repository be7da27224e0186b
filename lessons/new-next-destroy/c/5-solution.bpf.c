#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/* Returns the sum of 3, 4, 5, 6, 7 and 8. */
SEC("raw_tp/sys_enter")
int three_to_eight(void *ctx)
{
	struct bpf_iter_num it;
	int *v, sum = 0;

	bpf_iter_num_new(&it, 3, 9);
	while ((v = bpf_iter_num_next(&it)))
		sum += *v;
	bpf_iter_num_destroy(&it);
	return sum;
}
