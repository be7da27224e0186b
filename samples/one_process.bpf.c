// SPDX-License-Identifier: GPL-2.0-only
#include "iter.h"

char LICENSE[] SEC("license") = "GPL";

/* One process only: by the link's parameter, or by an if in the program. Read it with a pid and compare the calls. */

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
struct file {
	unsigned int f_flags;
};
struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};
struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
};
#pragma clang attribute pop

static long (*const bpf_seq_printf)(struct seq_file *m, const char *fmt, __u32 fmt_size, const void *data,
				    __u32 data_len) = (void *)126;

/* Set one, and the program leaves out everybody else by itself: it is called for them all the same. */
const volatile int only_pid = 0;
const volatile int only_tid = 0;

static const char thread[] = "%6d %6d %s\n";
static const char open_file[] = "%6d %6d fd %3d flags 0x%x\n";

static inline int left_out(struct task_struct *task)
{
	return (only_pid && task->tgid != only_pid) || (only_tid && task->pid != only_tid);
}

SEC("iter/task")
int threads_of(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	__u64 args[3];

	if (!task || left_out(task))
		return 0;
	args[0] = task->tgid;
	args[1] = task->pid;
	args[2] = (__u64)task->comm;
	bpf_seq_printf(ctx->meta->seq, thread, sizeof(thread), args, sizeof(args));
	return 0;
}

SEC("iter/task_file")
int files_of(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	__u64 args[4];

	if (!task || !file || left_out(task))
		return 0;
	args[0] = task->tgid;
	args[1] = task->pid;
	args[2] = ctx->fd;
	args[3] = file->f_flags;
	bpf_seq_printf(ctx->meta->seq, open_file, sizeof(open_file), args, sizeof(args));
	return 0;
}
