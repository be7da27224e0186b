// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* What a program has to keep things in: registers and 512 bytes of stack. */

static __u64 (*const bpf_get_current_pid_tgid)(void) = (void *)14;
static long (*const bpf_get_current_comm)(void *buf, __u32 size) = (void *)16;

/* Asks who runs, and then for the name. The first answer has to outlive the second call. */
SEC("raw_tp/sys_enter")
int who_and_name(void *ctx)
{
	char name[16];
	__u64 who = bpf_get_current_pid_tgid();

	bpf_get_current_comm(name, sizeof(name));
	return who + name[0];
}

/* Three variables that have to lie in memory. */
SEC("raw_tp/sys_enter")
int three_slots(void *ctx)
{
	void *volatile saved = ctx;
	volatile __u32 half = 5;
	volatile __u8 one = 1;

	(void)saved;
	return half + one;
}

/* Writes eight bytes at -512, and eight more at -520. */
SEC("raw_tp/sys_enter")
int two_stores(void *ctx)
{
	asm volatile("*(u64 *)(r10 - 512) = %0\n"
		     "*(u64 *)(r10 - 520) = %0" : : "r"(0ULL));
	return 0;
}
