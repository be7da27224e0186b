#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/* 0 when it is loaded. Memory: the verifier does not know what is in it. */
volatile __u32 wanted;

/* How often it was 0. Give it a number iterator in place of the bound, so that it takes at most 500 instructions. */
SEC("raw_tp/sys_enter")
int many_ways(void *ctx)
{
	__u32 n = 0;

	for (int i = 0; i < 10000; i++)
		if (wanted == 0)
			n++;
	return n;
}
