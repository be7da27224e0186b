// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* The positions of the bits that are set. */
struct bpf_iter_bits {
	__u64 __opaque[2];
} __attribute__((aligned(8)));

extern int bpf_iter_bits_new(struct bpf_iter_bits *it, const __u64 *unsafe_ptr__ign, __u32 nr_words) __weak __ksym;
extern int *bpf_iter_bits_next(struct bpf_iter_bits *it) __weak __ksym;
extern void bpf_iter_bits_destroy(struct bpf_iter_bits *it) __weak __ksym;

__u64 mask = 0x8421;

/* A number's state into the next of bits. */
SEC("raw_tp/sys_enter")
int number_as_bits(void *ctx)
{
	struct bpf_iter_num it;
	int n = 0;

	bpf_iter_num_new(&it, 0, 10);
	while (bpf_iter_bits_next((void *)&it))
		n++;
	bpf_iter_num_destroy(&it);
	return n;
}

/* Its own next, and the destroy of bits. */
SEC("raw_tp/sys_enter")
int wrong_destroy(void *ctx)
{
	struct bpf_iter_bits it;
	int *bit, sum = 0;

	bpf_iter_bits_new(&it, &mask, 1);
	while ((bit = bpf_iter_bits_next(&it)))
		sum += *bit;
	bpf_iter_num_destroy((void *)&it);
	return sum;
}

/* Two kinds in one place, one after the other. */
SEC("raw_tp/sys_enter")
int in_turn(void *ctx)
{
	union {
		struct bpf_iter_num num;
		struct bpf_iter_bits bits;
	} it;
	int *v, sum = 0;

	bpf_iter_num_new(&it.num, 0, 10);
	while ((v = bpf_iter_num_next(&it.num)))
		sum += *v;
	bpf_iter_num_destroy(&it.num);

	bpf_iter_bits_new(&it.bits, &mask, 1);
	while ((v = bpf_iter_bits_next(&it.bits)))
		sum += *v;
	bpf_iter_bits_destroy(&it.bits);
	return sum;
}

/* The right iterator, and an address eight bytes too far. */
SEC("raw_tp/sys_enter")
int second_half(void *ctx)
{
	struct bpf_iter_bits it;
	int *bit, sum = 0;

	bpf_iter_bits_new(&it, &mask, 1);
	while ((bit = bpf_iter_bits_next((void *)&it + 8)))
		sum += *bit;
	bpf_iter_bits_destroy(&it);
	return sum;
}
