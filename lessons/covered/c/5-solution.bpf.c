#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/* The number before the last. */
SEC("raw_tp/sys_enter")
int before_last(void *ctx)
{
	struct bpf_iter_num it;
	int *v, last = 0;

	bpf_iter_num_new(&it, 0, 10);
	while ((v = bpf_iter_num_next(&it)))
		last = *v;
	bpf_iter_num_destroy(&it);
	return last - 1;
}
