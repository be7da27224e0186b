/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

SEC("iter/task_file")
int files(struct bpf_iter__task_file *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;

	if (!task || !file) {
		PRINT(seq, "end: task %d file %d\n", task != 0, file != 0);
		return 0;
	}
	if (!known(task))
		return 0;
	PRINT(seq, "%5d %5d fd %3d name %s\n", task->tgid, task->pid, ctx->fd, (__u64)file->f_path.dentry->d_name.name);
	return 0;
}
