/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

/* A line for each process, but for node and systemd-journald what no buffer of eight pages holds: read() fails with E2BIG when it comes first. */
static char filler[8192];

SEC("iter/task")
int too_long(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;

	if (!task || !known(task) || task->pid != task->tgid)
		return 0;
	PRINT(seq, "%llu %d\n", ctx->meta->seq_num, task->pid);
	if (task->comm[0] == 'n' || (task->comm[0] == 's' && task->comm[8] == 'j')) {
		bpf_seq_write(seq, filler, sizeof(filler));
		bpf_seq_write(seq, filler, sizeof(filler));
		bpf_seq_write(seq, filler, sizeof(filler));
		bpf_seq_write(seq, filler, sizeof(filler));
	}
	return 0;
}
