// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

static __u32 (*const bpf_get_prandom_u32)(void) = (void *)7;

/* Keeps the compiler from working out what is in a variable, or leaving it out. */
#define keep(x) asm volatile("" : "+r"(x))

__u32 table[16];

/* Four ways come together where the table is read. */
SEC("raw_tp/sys_enter")
int four_ways(void *ctx)
{
	__u32 way = bpf_get_prandom_u32();
	__u32 i = bpf_get_prandom_u32() & 7, note = 1;

	keep(note);
	if (way == 1) {
		i = 3;
		keep(i);
	}
	if (way == 2) {
		note = 2;
		keep(note);
	}
	if (way == 3) {
		i = bpf_get_prandom_u32() & 15;
		keep(i);
	}
	return table[i];
}

/* The last number: what was there before the loop is another state than what a round leaves. */
SEC("raw_tp/sys_enter")
int last_number(void *ctx)
{
	struct bpf_iter_num it;
	int *v, last = 0;

	bpf_iter_num_new(&it, 0, 10);
	while ((v = bpf_iter_num_next(&it)))
		last = *v;
	bpf_iter_num_destroy(&it);
	return last;
}

/* The number before the last one. */
SEC("raw_tp/sys_enter")
int before_last(void *ctx)
{
	struct bpf_iter_num it;
	int *v, last = 0, before = 0;

	bpf_iter_num_new(&it, 0, 10);
	while ((v = bpf_iter_num_next(&it))) {
		before = last;
		last = *v;
	}
	bpf_iter_num_destroy(&it);
	return before;
}
