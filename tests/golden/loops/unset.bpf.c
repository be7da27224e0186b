// SPDX-License-Identifier: GPL-2.0-only
// A loop whose stored states lack registers that a call may read: while the loop is open they cover no state that has them. mcpu=v3
#include "../iterscope.bpf.h"
LICENSE;

#define CAN_LOOP ({ __label__ out, on; int more = 1; asm volatile goto("may_goto %l[out]" :::: out); goto on; out: more = 0; on:; more; })

const volatile int limit = 10;

static __noinl int mix(int *p, int x)
{
	int y = 16;

	y ^= y | limit;
	return y;
}
SEC("raw_tp") int unset_at_may_goto(void *ctx)
{
	__u64 c = bpf_get_prandom_u32();
	__u32 d = bpf_get_prandom_u32();
	__u8 b = 10;

	if (c == limit)
		return 0;
	while (CAN_LOOP && b > 7) {
		if (d == 8) {
			int n = c;

			b ^= c;
			d += mix(&n, 8);
		}
	}
	return c;
}
ASM(unset_at_next, RANDOM "r7 = r0; r2 = 10;" NEW(-8, 0, 10) "r2 = 10; r8 = 10; 1:" NEXT(-8) "if r0 == 0 goto 2f; r1 = r8; r1 &= 255; if r1 < 8 goto 2f; r2 = 10;"
	"if r7 != 8 goto 1b; r8 ^= r7;" RANDOM "goto 1b; 2:" DESTROY(-8) RET0)
NUM_ROOT
