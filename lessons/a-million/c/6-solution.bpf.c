#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/* 0 when it is loaded. Memory: the verifier does not know what is in it. */
volatile __u32 wanted;

/* How often it was 0. */
SEC("raw_tp/sys_enter")
int many_ways(void *ctx)
{
	struct bpf_iter_num it;
	__u32 n = 0;

	bpf_iter_num_new(&it, 0, 10000);
	while (bpf_iter_num_next(&it))
		if (wanted == 0)
			n++;
	bpf_iter_num_destroy(&it);
	return n;
}
