/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

/* Every second call asks to be made again. */
static int calls;

SEC("iter/task")
int again(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (!task) {
		PRINT(ctx->meta->seq, "end after %llu\n", ctx->meta->seq_num);
		return 0;
	}
	if (!known(task))
		return 0;
	PRINT(ctx->meta->seq, "%d\n", task->pid);
	return calls++ & 1;
}
