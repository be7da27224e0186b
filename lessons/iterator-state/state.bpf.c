// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* How much of the stack the state of an iterator takes, and what else has to fit. */

struct bpf_iter_bits {
	__u64 __opaque[2];
} __attribute__((aligned(8)));

extern int bpf_iter_bits_new(struct bpf_iter_bits *it, const __u64 *words, __u32 nr_words) __weak __ksym;
extern int *bpf_iter_bits_next(struct bpf_iter_bits *it) __weak __ksym;
extern void bpf_iter_bits_destroy(struct bpf_iter_bits *it) __weak __ksym;

static long (*const bpf_get_current_comm)(void *buf, __u32 size) = (void *)16;

/* Counts the bits that are set in each of four numbers: one loop in another. */
SEC("raw_tp/sys_enter")
int bits_of_four(void *ctx)
{
	struct bpf_iter_num numbers;
	struct bpf_iter_bits bits;
	int *number, sum = 0;
	__u64 word;

	bpf_iter_num_new(&numbers, 4, 8);
	while ((number = bpf_iter_num_next(&numbers))) {
		word = *number;
		bpf_iter_bits_new(&bits, &word, 1);
		while (bpf_iter_bits_next(&bits))
			sum++;
		bpf_iter_bits_destroy(&bits);
	}
	bpf_iter_num_destroy(&numbers);
	return sum;
}

struct task_struct {
	int pid;
} __attribute__((preserve_access_index));
struct bpf_iter_task {
	__u64 __opaque[3];
} __attribute__((aligned(8)));
extern int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task, unsigned int flags) __weak __ksym;

/* 496 bytes for a name, and below them the state of a task iterator, whose address is made by hand. */
SEC("raw_tp/sys_enter")
int name_and_task(void *ctx)
{
	char name[496];
	struct bpf_iter_task *it;

	bpf_get_current_comm(name, sizeof(name));
	asm volatile("%0 = r10\n"
		     "%0 += -520"
		     : "=r"(it));
	bpf_iter_task_new(it, NULL, 0);
	return name[0];
}
