// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Three small programs. The kernel is asked for each of them whether it may run. */

static long (*const bpf_get_smp_processor_id)(void) = (void *)8;

/* Which processor is it? */
SEC("raw_tp/sys_enter")
int which_processor(void *ctx)
{
	return bpf_get_smp_processor_id();
}

/* Puts 7 into r6, and ends. */
SEC("raw_tp/sys_enter")
int puts_seven(void *ctx)
{
	int result;

	asm volatile("r6 = 7" : "=r"(result) : : "r6");
	return result;
}

/* Reads what lies at an address that somebody made up. */
SEC("raw_tp/sys_enter")
int any_address(void *ctx)
{
	return *(int *)0x1000;
}
