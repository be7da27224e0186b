/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

SEC("iter/task")
int tasks(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;

	if (!task) {
		SAY(seq, "end\n");
		return 0;
	}
	if (!known(task))
		return 0;
	PRINT(seq, "%5d %5d %5d %-15s uid %u\n", task->tgid, task->pid, task->real_parent->tgid, (__u64)task->comm, task->cred->uid.val);
	return 0;
}
