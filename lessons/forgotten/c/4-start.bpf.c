#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/* What the first number is to be; 0 when it is loaded. */
int first;

/* The first number that leaves 3 when it is divided by 4; -1 if there is none, -2 if first is no good. One way out forgets the iterator. */
SEC("raw_tp/sys_enter")
int first_large(void *ctx)
{
	struct bpf_iter_num it;
	int *v;

	if (bpf_iter_num_new(&it, first, 10))
		return -2;
	while ((v = bpf_iter_num_next(&it)))
		if ((*v & 3) == 3) {
			int found = *v;

			bpf_iter_num_destroy(&it);
			return found;
		}
	bpf_iter_num_destroy(&it);
	return -1;
}
