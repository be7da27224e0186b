// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Checks that stand on the line before, and that count or do not. */

__u32 position = 7;
__u8 waiting = 3;
__u64 wide = 5;
__u32 tickets[10] = { 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 };

/* The check is made on a copy. */
SEC("raw_tp/sys_enter")
int checks_a_copy(void *ctx)
{
	__u64 at = *(volatile __u32 *)&position, copy;

	asm volatile("%0 = %1" : "=r"(copy) : "r"(at));
	if (copy > 9)
		return -1;
	return tickets[at];
}

/* The newest ticket: how many wait is counted in one byte. */
SEC("raw_tp/sys_enter")
int newest_ticket(void *ctx)
{
	__u8 last = waiting - 1;

	if (last >= 10)
		return -1;
	return tickets[last];
}

/* Reads the position for the check, and once more for the table. */
SEC("raw_tp/sys_enter")
int reads_twice(void *ctx)
{
	volatile __u32 *at = &position;

	if (*at > 9)
		return -1;
	return tickets[*at];
}

/* Compares the lower half of a number, and uses the whole. */
SEC("raw_tp/sys_enter")
int lower_half(void *ctx)
{
	__u64 at = *(volatile __u64 *)&wide;

	if ((__u32)at > 9)
		return -1;
	return *(__u32 *)((char *)tickets + at * 4);
}
