// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* A callback counts the seats that are taken, and the program asks how many they are. */

static long (*const bpf_loop)(__u32 nr, void *callback, void *ctx, __u64 flags) = (void *)181;

/* Memory: the verifier does not know what is in it. The count is left from the run before. */
__u64 found = 99;
__u32 seats[8] = { 1, 0, 1, 1, 0, 1, 0, 1 };

static int taken(__u32 i, __u64 *n)
{
	if (seats[i & 7])
		*n += 1;
	return 0;
}

/* How many are taken. */
SEC("raw_tp/sys_enter")
int how_many(void *ctx)
{
	__u64 n = 0;

	bpf_loop(100, taken, &n, 0);
	return n;
}

/* The same, unless there are too many. */
SEC("raw_tp/sys_enter")
int not_too_many(void *ctx)
{
	__u64 n = 0;

	bpf_loop(100, taken, &n, 0);
	if (n > 70)
		return -1;
	return n;
}

static int taken_short(__u32 i, __u32 *n)
{
	if (seats[i & 7])
		*n += 1;
	return 0;
}

/* A counter of four bytes. */
SEC("raw_tp/sys_enter")
int short_counter(void *ctx)
{
	__u32 n = 0;

	bpf_loop(100, taken_short, &n, 0);
	if (n > 70)
		return -1;
	return n;
}
