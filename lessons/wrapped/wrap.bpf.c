// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Bounds that are checked, and a sum or a difference that may have wrapped. */

__u32 first = 4;
__u32 length = 10;
__u8 letters[32] = "the quick brown fox jumps over";

/* Keeps the compiler from turning a comparison round. */
#define as_written(x) asm volatile("" : "+r"(x))

/* Two letters, three apart. Both have to be there. */
SEC("raw_tp/sys_enter")
int two_letters(void *ctx)
{
	__u32 at = *(volatile __u32 *)&first, end = at + 4;

	as_written(end);
	if (end > sizeof(letters))
		return -1;
	return letters[at] + letters[at + 3];
}

/* The position has a sign. */
SEC("raw_tp/sys_enter")
int with_a_sign(void *ctx)
{
	int at = *(volatile int *)&first;

	if (at > 31)
		return -1;
	return letters[at];
}

/* The letter at which the second half begins. */
SEC("raw_tp/sys_enter")
int second_half(void *ctx)
{
	__u32 n = *(volatile __u32 *)&length;

	if (n > sizeof(letters))
		return -1;
	return letters[n - n / 2];
}
