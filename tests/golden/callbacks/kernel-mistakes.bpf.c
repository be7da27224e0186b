// SPDX-License-Identifier: GPL-2.0-only
// Found by npm run fuzz: loops inside callbacks in which the kernel's own bookkeeping fails. mcpu=v4
#include "../iterscope.bpf.h"
LICENSE;

int table[32];
const volatile int limit = 10;

static int bits_in_callback(__u64 x, __u64 *p)
{
	__u64 y = *p;
	__u64 words = x;
	struct bpf_iter_bits it;

	if (y >= 0 && y < 32)
		y += table[y];
	bpf_iter_bits_new(&it, &words, 1);
	while (bpf_iter_bits_next(&it))
		y = 15 ^ limit;
	bpf_iter_bits_destroy(&it);
	*p = y;
	return y & 1;
}
SEC("socket") int loop_over_bits(void *ctx)
{
	__u64 n = 100;

	bpf_loop(5, bits_in_callback, &n, 0);
	return 0;
}
