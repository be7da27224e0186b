/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"
#include "shown.h"

/* Fields of tasks that a world knows, shown as text. */
SEC("iter/task")
int shown_tasks(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct btf_ptr what = {};

	if (!task || !known(task))
		return 0;
	what.type_id = bpf_core_type_id_kernel(pid_t);
	what.ptr = &task->pid;
	bpf_seq_printf_btf(seq, &what, sizeof(what), BTF_F_COMPACT);
	what.type_id = bpf_core_type_id_kernel(kuid_t);
	what.ptr = (void *)&task->cred->uid;
	bpf_seq_printf_btf(seq, &what, sizeof(what), 0);
	bpf_seq_printf_btf(seq, &what, sizeof(what), BTF_F_COMPACT | BTF_F_ZERO);
	SAY(seq, "\n");
	return 0;
}
