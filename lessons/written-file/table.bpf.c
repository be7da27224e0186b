// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Programs whose output is a file: as text, and as bytes. */

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

static long (*const bpf_seq_write)(struct seq_file *m, const void *data, __u32 len) = (void *)127;

static const char head[] = "    tgid      pid\n";
static const char line[] = "%8d %8d\n";
static const char end[] = "    === END ===\n";

/* One line for each thread. */
SEC("iter/task")
int lines(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	__u64 numbers[2];

	if (!task)
		return 0;
	numbers[0] = task->tgid;
	numbers[1] = task->pid;
	bpf_seq_printf(ctx->meta->seq, line, sizeof(line), numbers, sizeof(numbers));
	return 0;
}

/* The same, by somebody who has not asked for NULL. */
SEC("iter/task")
int lines_without_asking(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	__u64 numbers[2];

	numbers[0] = task->tgid;
	numbers[1] = task->pid;
	bpf_seq_printf(ctx->meta->seq, line, sizeof(line), numbers, sizeof(numbers));
	return 0;
}

/* Bytes in place of text: two numbers of four bytes for each thread. */
SEC("iter/task")
int as_bytes(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	int numbers[2];

	if (!task)
		return 0;
	numbers[0] = task->tgid;
	numbers[1] = task->pid;
	bpf_seq_write(ctx->meta->seq, numbers, sizeof(numbers));
	return 0;
}

/* Begins with a line of heads. */
SEC("iter/task")
int table(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	__u64 numbers[2];

	if (!task) {
		bpf_seq_printf(seq, end, sizeof(end), NULL, 0);
		return 0;
	}
	if (ctx->meta->seq_num == 0)
		bpf_seq_printf(seq, head, sizeof(head), NULL, 0);
	numbers[0] = task->tgid;
	numbers[1] = task->pid;
	bpf_seq_printf(seq, line, sizeof(line), numbers, sizeof(numbers));
	return 0;
}
