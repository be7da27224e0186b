// SPDX-License-Identifier: GPL-2.0-only
// Found by npm run fuzz: a counter that a check of its copy makes a constant leaves its group when it is copied. mcpu=v4
#include "../iterscope.bpf.h"
LICENSE;

#define FOR(i, start, end) for ( \
	struct bpf_iter_num ___it __attribute__((cleanup(bpf_iter_num_destroy))), \
	*___p __attribute__((unused)) = (bpf_iter_num_new(&___it, (start), (end)), (void)bpf_iter_num_destroy, (void *)0); \
	({ int *___t = bpf_iter_num_next(&___it); ___t ? (i = *___t, i >= (start) && i < (end)) : 0; });)

SEC("raw_tp") int counter_set_by_iterator(void *ctx)
{
	__u64 b = 3;
	__s32 c = bpf_get_prandom_u32();
	__s32 d = 3;

	for (int i1 = 0; i1 < 3; i1++) {
		int i2;

		FOR(i2, 0, 1000) {
			int i3;

			FOR(i3, 0, 32) {
				b = c * 1000;
				i1 = i2;
			}
			if (d != c)
				break;
		}
	}
	return b;
}
