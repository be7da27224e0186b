// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* More text than the buffer of a file holds. */

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
#pragma clang attribute pop

static long (*const bpf_seq_printf)(struct seq_file *m, const char *fmt, __u32 fmt_size, const void *data,
				    __u32 data_len) = (void *)126;

static const char head[] = "   n    pid\n";
static const char line[] = "%4d %6d %-1000s|\n";

int calls;

/* Numbers its lines with the kernel's number of the element. */
SEC("iter/task")
int long_lines(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	__u64 args[3];

	if (!task)
		return 0;
	args[0] = ctx->meta->seq_num;
	args[1] = task->pid;
	args[2] = (__u64)task->comm;
	bpf_seq_printf(seq, line, sizeof(line), args, sizeof(args));
	return 0;
}

/* Numbers its lines with a variable of its own. */
SEC("iter/task")
int own_numbers(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	__u64 args[3];

	if (!task)
		return 0;
	if (calls == 0)
		bpf_seq_printf(seq, head, sizeof(head), NULL, 0);
	args[0] = calls++;
	args[1] = task->pid;
	args[2] = (__u64)task->comm;
	bpf_seq_printf(seq, line, sizeof(line), args, sizeof(args));
	return 0;
}
