#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/*
 * Should return the sum of 3, 4, 5, 6, 7 and 8, with a num iterator:
 * struct bpf_iter_num, bpf_iter_num_new, _next and _destroy.
 */
SEC("raw_tp/sys_enter")
int three_to_eight(void *ctx)
{
	return 0;
}
