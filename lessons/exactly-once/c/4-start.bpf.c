#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

__u32 wanted = 50;

/*
 * Looks for the first number whose square is at least wanted; -1 where
 * there is none. What does the way out of the middle owe?
 */
SEC("raw_tp/sys_enter")
int five_ways(void *ctx)
{
	struct bpf_iter_num it;
	int *v;

	bpf_iter_num_new(&it, 0, 10);
	while ((v = bpf_iter_num_next(&it))) {
		if (*v * *v >= wanted)
			return *v;
	}
	bpf_iter_num_destroy(&it);
	return -1;
}
