#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

__u64 wide = 5;
__u32 tickets[10] = { 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 };

/* The ticket at that position, and -1 for every number that is no position of the table. */
SEC("raw_tp/sys_enter")
int lower_half(void *ctx)
{
	__u64 at = wide;

	if (at > 9)
		return -1;
	return tickets[at];
}
