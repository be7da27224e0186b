/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

SEC("iter/task_file")
int paths(struct bpf_iter__task_file *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	char whole[64] = {}, part[12] = {};
	long length, cut;

	if (!task || !file || !known(task))
		return 0;
	length = bpf_d_path(&file->f_path, whole, sizeof(whole));
	cut = bpf_d_path(&file->f_path, part, sizeof(part));
	PRINT(seq, "%d %u %ld %ld ", task->pid, ctx->fd, length, cut);
	bpf_seq_write(seq, whole, sizeof(whole));
	return 0;
}
