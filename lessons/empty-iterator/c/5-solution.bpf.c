#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

int from = 3;
int to = 6;

/*
 * Adds up the numbers between two bounds; where new fails, returns its
 * error.
 */
SEC("raw_tp/sys_enter")
int leaves_at_once(void *ctx)
{
	struct bpf_iter_num it;
	int error, *v, sum = 0;

	error = bpf_iter_num_new(&it, from, to);
	while ((v = bpf_iter_num_next(&it)))
		sum += *v;
	bpf_iter_num_destroy(&it);
	return error ? error : sum;
}
