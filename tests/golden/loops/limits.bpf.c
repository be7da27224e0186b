// SPDX-License-Identifier: GPL-2.0-only
// 8192 paths wait; the 8193rd comes from a branch, an iterator's next, a may_goto, a callback. mcpu=v4
#include "../iterscope.bpf.h"
LICENSE;

/* Every round leaves one path behind that waits to be walked. */
#define WAIT(n) "r6 = 0; 1:" RANDOM "if r0 == 7 goto 2f; r6 += 1; if r6 < " #n " goto 1b;"
#define END "2:" DESTROY(-8) RET0

ASM(too_many_branches, NEW(-8, 0, 10) WAIT(8192) RANDOM "if r0 == 3 goto 2f;" END)
ASM(just_enough_branches, NEW(-8, 0, 10) WAIT(8191) RANDOM "if r0 == 3 goto 2f;" END)
ASM(too_many_at_next, NEW(-8, 0, 10) WAIT(8192) NEXT(-8) END)
ASM(too_many_at_may_goto, NEW(-8, 0, 10) WAIT(8192) ".byte 0xe5; .byte 0; .short 0; .long 0;" END)

static int nothing(__u32 i, void *ctx)
{
	return 0;
}
SEC("raw_tp") int too_many_at_callback(void *ctx)
{
	int i;

	for (i = 0; i < 8192; i++)
		if (bpf_get_prandom_u32() == 7)
			return 1;
	bpf_loop(10, nothing, 0, 0);
	return 0;
}
NUM_ROOT
