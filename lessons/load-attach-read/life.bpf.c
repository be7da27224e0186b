// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* What belongs to a program, to its link, and to one opening of the file. */

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
	char comm[16];
};
struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};
#pragma clang attribute pop

static long (*const bpf_seq_printf)(struct seq_file *m, const char *fmt, __u32 fmt_size, const void *data,
				    __u32 data_len) = (void *)126;

static const char threads[] = "%d threads\n";
static const char line[] = "%6d %s\n";

int count;

/* Counts threads, and prints the sum at the end. */
SEC("iter/task")
int count_threads(struct bpf_iter__task *ctx)
{
	__u64 number;

	if (ctx->task) {
		count++;
		return 0;
	}
	number = count;
	bpf_seq_printf(ctx->meta->seq, threads, sizeof(threads), &number, sizeof(number));
	return 0;
}

/* One line for each thread. */
SEC("iter/task")
int names(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	__u64 args[2];

	if (!task)
		return 0;
	args[0] = task->pid;
	args[1] = (__u64)task->comm;
	bpf_seq_printf(ctx->meta->seq, line, sizeof(line), args, sizeof(args));
	return 0;
}
