/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

/* Four lines for each task: with large reads the buffer of eight pages overflows. */
static char filler[2048];

SEC("iter/task")
int long_lines(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;

	if (!task) {
		PRINT(seq, "end after %llu\n", ctx->meta->seq_num);
		return 0;
	}
	if (!known(task))
		return 0;
	PRINT(seq, "%llu %d\n", ctx->meta->seq_num, task->pid);
	bpf_seq_write(seq, filler, sizeof(filler));
	bpf_seq_write(seq, filler, sizeof(filler));
	bpf_seq_write(seq, filler, sizeof(filler));
	bpf_seq_write(seq, filler, sizeof(filler));
	return 0;
}
