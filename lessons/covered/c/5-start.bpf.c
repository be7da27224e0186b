#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/* The number before the last. Let the verifier walk fewer rounds. */
SEC("raw_tp/sys_enter")
int before_last(void *ctx)
{
	struct bpf_iter_num it;
	int *v, last = 0, before = 0;

	bpf_iter_num_new(&it, 0, 10);
	while ((v = bpf_iter_num_next(&it))) {
		before = last;
		last = *v;
	}
	bpf_iter_num_destroy(&it);
	return before;
}
