/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

struct record { __u32 tgid, pid; __u64 seq_num; };

SEC("iter/task")
int binary(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct record record = {};

	if (!task || !known(task))
		return 0;
	record.tgid = task->tgid;
	record.pid = task->pid;
	record.seq_num = 0;
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}
