#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

__u64 mask = 0x8421;

/* For each bit that is set in mask, counts up to its position. Give each iterator a place of its own. */
SEC("raw_tp/sys_enter")
int in_turn(void *ctx)
{
	union {
		struct bpf_iter_bits bits;
		struct bpf_iter_num num;
	} it;
	int *bit, sum = 0;

	bpf_iter_bits_new(&it.bits, &mask, 1);
	while ((bit = bpf_iter_bits_next(&it.bits))) {
		bpf_iter_num_new(&it.num, 0, *bit);
		while (bpf_iter_num_next(&it.num))
			sum++;
		bpf_iter_num_destroy(&it.num);
	}
	bpf_iter_bits_destroy(&it.bits);
	return sum;
}
