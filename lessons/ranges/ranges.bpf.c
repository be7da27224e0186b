// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Numbers that nobody knows when the program is loaded, and what can be said of them all the same. */

static __u64 (*const bpf_get_prandom_u32)(void) = (void *)7;

__u32 position = 37;
__u32 squares[16] = { 0, 1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 121, 144, 169, 196, 225 };

/* Throws a die of sixteen sides. */
SEC("raw_tp/sys_enter")
int throw_a_die(void *ctx)
{
	__u32 die = (__u32)bpf_get_prandom_u32() >> 28;

	return die + 1;
}

/* Keeps two bits of a number. */
SEC("raw_tp/sys_enter")
int two_bits(void *ctx)
{
	return bpf_get_prandom_u32() & 12;
}

/* Asks before it goes on. */
SEC("raw_tp/sys_enter")
int asked_first(void *ctx)
{
	__u64 x = bpf_get_prandom_u32();

	if (x > 20)
		return 0;
	return x * 2 + 1;
}

/* Looks into a table of 16 numbers. */
SEC("raw_tp/sys_enter")
int square_at(void *ctx)
{
	return squares[position];
}
