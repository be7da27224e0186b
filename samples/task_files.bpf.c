// SPDX-License-Identifier: GPL-2.0-only
#include "iter.h"

char LICENSE[] SEC("license") = "GPL";

/* One line for each open file of the machine's processes: tasks that share their files are visited once. */

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
};
struct inode {
	unsigned long i_ino;
};
struct file {
	struct inode *f_inode;
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

static const char head[] = "    tgid      pid       fd    inode\n";
static const char line[] = "%8d %8d %8d %8lu\n";

SEC("iter/task_file")
int dump_files(struct bpf_iter__task_file *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	__u64 args[4];

	if (!task || !file)
		return 0;
	if (ctx->meta->seq_num == 0)
		bpf_seq_printf(seq, head, sizeof(head), NULL, 0);
	args[0] = task->tgid;
	args[1] = task->pid;
	args[2] = ctx->fd;
	args[3] = file->f_inode->i_ino;
	bpf_seq_printf(seq, line, sizeof(line), args, sizeof(args));
	return 0;
}
