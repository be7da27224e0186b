#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/* Adds up 0 to 4 and 10 to 14. Mend both mistakes. */
SEC("raw_tp/sys_enter")
int two_loops(void *ctx)
{
	struct bpf_iter_num it;
	int *v, sum = 0;

	bpf_iter_num_new(&it, 0, 5);
	while ((v = bpf_iter_num_next(&it)))
		sum += *v;

	bpf_iter_num_new(&it, 10, 15);
	while ((v = bpf_iter_num_next(&it)))
		sum += *v;

	bpf_iter_num_destroy(&it);
	bpf_iter_num_destroy(&it);
	return sum;
}
