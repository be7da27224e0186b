// SPDX-License-Identifier: GPL-2.0-only
// Registers compared with themselves on branches that cannot be, and a long jump that wraps. mcpu=v4
#include "../iterscope.bpf.h"
LICENSE;

ASM(self_less, "r7 = 0; r7 += -2147483648;" RANDOM "r8 = r0; 1:" RANDOM "if w7 s< w7 goto 2f; r7 *= r0; 2: if r8 s> 0 goto 3f; goto 1b; 3:" RET0)
ASM(self_32, RANDOM "if w0 > w0 goto 1f; r1 = 1; 1: if w0 s< w0 goto 2f; r2 = 2; 2:" RET0)
ASM(self_not_equal, RANDOM "r6 = r0; if r6 != r6 goto 1f; if w6 == w6 goto 1f; r6 = 1; 1:" RET0)
ASM(self_less_known, "r7 = -2147483648; r9 = 15; 1:" RANDOM "if w7 s< w7 goto 2f; r7 *= r9; 2: if r0 s> 0 goto 1b;" RET0)
ASM(jump_wraps, ".byte 0x06; .byte 0; .short 0; .long 0x7fffffff;")
