#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/* Memory: the verifier does not know what is in it. The count is left from the run before. */
__u64 found = 99;
__u32 seats[8] = { 1, 0, 1, 1, 0, 1, 0, 1 };

static int taken(__u32 i, __u64 *n)
{
	if (seats[i & 7])
		*n += 1;
	return 0;
}

/* How many are taken, and -1 if there are more than 70. Bring it under 150 instructions: the count on the stack is known. */
SEC("raw_tp/sys_enter")
int not_too_many(void *ctx)
{
	__u64 n = 0;

	bpf_loop(100, taken, &n, 0);
	if (n > 70)
		return -1;
	return n;
}
