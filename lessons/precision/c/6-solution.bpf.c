#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/* 0 when it is loaded. Memory: the verifier does not know what is in it. */
int from;

/* Counts a thousand even numbers. */
SEC("raw_tp/sys_enter")
int stop_at_1000(void *ctx)
{
	struct bpf_iter_num it;
	int *v, n = from;

	bpf_iter_num_new(&it, 0, 1000000);
	while ((v = bpf_iter_num_next(&it))) {
		if (*v & 1)
			continue;
		if (n >= 1000)
			break;
		n++;
	}
	bpf_iter_num_destroy(&it);
	return n;
}
