// SPDX-License-Identifier: GPL-2.0-only
// Helpers that iterator programs may call, those that belong to one target, and those that are for others.
#include "../kernel.bpf.h"
LICENSE;
#define ON(sec, name, body) ASM_IN(sec, name, body)
#define FIRST "r1 = *(u64 *)(r1 + 8); if r1 == 0 goto 1f;"
#define ROOM "r2 = r10; r2 += -64; r3 = 64;"
#define FILL "*(u64 *)(r10 - 8) = 0; *(u64 *)(r10 - 16) = 0; *(u64 *)(r10 - 24) = 0; *(u64 *)(r10 - 32) = 0; *(u64 *)(r10 - 40) = 0; *(u64 *)(r10 - 48) = 0; *(u64 *)(r10 - 56) = 0; *(u64 *)(r10 - 64) = 0;"
ON("iter/task", current, "call 158; r1 = *(u64 *)(r0 + 0);" RET0)
ON("iter/task", current_id, "call 14;" RET0)
ON("iter/task", time, "call 5;" RET0)
ON("iter/task", cpu, "call 8;" RET0)
ON("iter/task", trace, FILL "r1 = r10; r1 += -8; r2 = 8; call 6;" RET0)
ON("iter/task", registers, FIRST "call 175; r1 = *(u64 *)(r0 + 0); 1:" RET0)
ON("iter/task_file", registers_plain, FIRST "call 175; r1 = *(u64 *)(r0 + 0); 1:" RET0)
ON("iter/task", stack, FIRST ROOM "r4 = 0; call 141; 1:" RET0)
ON("iter/task_vma", stack_plain, FIRST ROOM "r4 = 0; call 141; 1:" RET0)
ON("iter/task", own_stack, ROOM "r4 = 0; call 67;" RET0)
ON("iter/task", file_stack_id, "call 27;" RET0)
ON("iter/task", output_to_perf, "call 25;" RET0)
ON("iter/task", override, "call 58;" RET0)
ON("iter/task", probe_kernel, "r3 = *(u64 *)(r1 + 8); r1 = r10; r1 += -64; r2 = 64; call 113;" RET0)
ON("iter/task", probe_kernel_text, "r3 = *(u64 *)(r1 + 8); r1 = r10; r1 += -64; r2 = 64; call 115;" RET0)
ON("iter/task", probe_user, "r3 = 0; r1 = r10; r1 += -64; r2 = 64; call 112;" RET0)
ON("iter/task", copy_from_user, "r3 = 0; r1 = r10; r1 += -64; r2 = 64; call 148;" RET0)
ON("iter.s/task", copy_from_user_sleepable, "r3 = 0; r1 = r10; r1 += -64; r2 = 64; call 148;" RET0)
ON("iter.s/task", copy_from_task, "r4 = *(u64 *)(r1 + 8); if r4 == 0 goto 1f; r3 = 0; r1 = r10; r1 += -64; r2 = 64; r5 = 0; call 191; 1:" RET0)
ON("iter.s/task", copy_from_maybe_task, "r4 = *(u64 *)(r1 + 8); r3 = 0; r1 = r10; r1 += -64; r2 = 64; r5 = 0; call 191;" RET0)
ON("iter/task", copy_from_task_awake, "r4 = *(u64 *)(r1 + 8); if r4 == 0 goto 1f; r3 = 0; r1 = r10; r1 += -64; r2 = 64; r5 = 0; call 191; 1:" RET0)
ON("iter/task_vma", area, "r6 = r1; r1 = *(u64 *)(r1 + 8); if r1 == 0 goto 1f; r2 = 0; r3 = 0; r4 = 0; r5 = 0; call 180; 1:" RET0)
ON("iter/task", spin_lock, "call 93;" RET0)
ON("iter/task", tail_call, "call 12;" RET0)
ON("iter/task", signal, "r1 = 9; call 109;" RET0)
ON("iter/task", fetch_cgroup, "call 80;" RET0)
ON("iter/bpf_map", per_cpu, "call 154;" RET0)
ON("iter/ksym", formatted, FILL "r1 = r10; r1 += -64; r2 = 8; r3 = r10; r3 += -8; r4 = 0; r5 = 0; call 165;" RET0)
