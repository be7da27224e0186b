#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

__u8 waiting = 3;
__u32 tickets[10] = { 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 };

/* The newest ticket. A whole register needs no mask, so it is checked and used as it is. */
SEC("raw_tp/sys_enter")
int newest_ticket(void *ctx)
{
	__u32 last = waiting - 1;

	if (last >= 10)
		return -1;
	return tickets[last];
}
