#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

__u32 table[8];

/* The last eight numbers, in a ring. */
SEC("raw_tp/sys_enter")
int last_eight(void *ctx)
{
	struct bpf_iter_num it;
	__u32 n = 0;
	int *v;

	bpf_iter_num_new(&it, 100, 200);
	while ((v = bpf_iter_num_next(&it))) {
		table[n] = *v;
		n = (n + 1) & 7;
	}
	bpf_iter_num_destroy(&it);
	return table[0];
}
