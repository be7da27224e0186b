// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Keeps the compiler from working out what is in a variable. */
#define keep(x) asm volatile("" : "+r"(x))

/* 0 when it is loaded. Memory: the verifier does not know what is in it. */
int from;

/* One comparison, and where its number comes from. */
SEC("raw_tp/sys_enter")
int one_question(void *ctx)
{
	__u64 a = 5, b, c = 9;

	keep(a);
	keep(c);
	b = a;
	b += 2;
	keep(b);
	if (b > 20)
		return c;
	return a;
}

/* Counts its rounds, and stops at the thousandth. */
SEC("raw_tp/sys_enter")
int stop_at_1000(void *ctx)
{
	struct bpf_iter_num it;
	int i = 0;

	bpf_iter_num_new(&it, 0, 1000000);
	while (bpf_iter_num_next(&it)) {
		if (i >= 1000)
			break;
		i++;
	}
	bpf_iter_num_destroy(&it);
	return i;
}

/* The same, and only the beginning is not known. */
SEC("raw_tp/sys_enter")
int unknown_start(void *ctx)
{
	struct bpf_iter_num it;
	int i = from;

	bpf_iter_num_new(&it, 0, 1000000);
	while (bpf_iter_num_next(&it)) {
		if (i >= 1000)
			break;
		i++;
	}
	bpf_iter_num_destroy(&it);
	return i;
}

/* The same, with == in the place of >=. */
SEC("raw_tp/sys_enter")
int stop_exactly(void *ctx)
{
	struct bpf_iter_num it;
	int i = 0;

	bpf_iter_num_new(&it, 0, 1000000);
	while (bpf_iter_num_next(&it)) {
		if (i == 1000)
			break;
		i++;
	}
	bpf_iter_num_destroy(&it);
	return i;
}
