/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

SEC("iter/task_vma")
int areas(struct bpf_iter__task_vma *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct vm_area_struct *vma = ctx->vma;

	if (!task || !vma) {
		PRINT(seq, "end: task %d area %d\n", task != 0, vma != 0);
		return 0;
	}
	if (!known(task))
		return 0;
	PRINT(seq, "%5d %lx-%lx flags %lx\n", task->pid, vma->vm_start, vma->vm_end, vma->vm_flags & 0xf);
	return 0;
}
