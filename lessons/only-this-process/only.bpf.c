// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* One process only: by the parameter of the link, or by an if in the program. */

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct seq_file {
	char *buf;
};
struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 session_id;
	__u64 seq_num;
};
struct task_struct {
	int pid;
	int tgid;
	char comm[16];
};
struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

struct vm_area_struct {
	unsigned long vm_start;
	unsigned long vm_end;
};
struct bpf_iter__task_vma {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	struct vm_area_struct *vma;
};
#pragma clang attribute pop

static long (*const bpf_seq_printf)(struct seq_file *m, const char *fmt, __u32 fmt_size, const void *data,
				    __u32 data_len) = (void *)126;

/* Set it, and the program leaves out everybody else by itself. */
const volatile int only_pid = 0;

static const char line[] = "%d %d\n";
static const char area[] = "%d %llx-%llx\n";

/* Every thread, one line each: process and thread. */
SEC("iter/task")
int threads(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	__u64 args[2];

	if (!task)
		return 0;
	args[0] = task->tgid;
	args[1] = task->pid;
	bpf_seq_printf(ctx->meta->seq, line, sizeof(line), args, sizeof(args));
	return 0;
}

/* The same, but the program leaves out all but one process. */
SEC("iter/task")
int threads_with_if(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	__u64 args[2];

	if (!task)
		return 0;
	if (only_pid && task->tgid != only_pid)
		return 0;
	args[0] = task->tgid;
	args[1] = task->pid;
	bpf_seq_printf(ctx->meta->seq, line, sizeof(line), args, sizeof(args));
	return 0;
}

/* Memory areas, with the process that they belong to. */
SEC("iter/task_vma")
int areas(struct bpf_iter__task_vma *ctx)
{
	struct task_struct *task = ctx->task;
	struct vm_area_struct *vma = ctx->vma;
	__u64 args[3];

	if (!task || !vma)
		return 0;
	args[0] = task->tgid;
	args[1] = vma->vm_start;
	args[2] = vma->vm_end;
	bpf_seq_printf(ctx->meta->seq, area, sizeof(area), args, sizeof(args));
	return 0;
}
