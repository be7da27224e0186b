#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

__u64 mask = 0x8421;

/* For each bit that is set in mask, counts up to its position. */
SEC("raw_tp/sys_enter")
int in_turn(void *ctx)
{
	struct bpf_iter_bits bits;
	struct bpf_iter_num num;
	int *bit, sum = 0;

	bpf_iter_bits_new(&bits, &mask, 1);
	while ((bit = bpf_iter_bits_next(&bits))) {
		bpf_iter_num_new(&num, 0, *bit);
		while (bpf_iter_num_next(&num))
			sum++;
		bpf_iter_num_destroy(&num);
	}
	bpf_iter_bits_destroy(&bits);
	return sum;
}
