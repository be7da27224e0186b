// SPDX-License-Identifier: GPL-2.0-only
#include "iter.h"

char LICENSE[] SEC("license") = "GPL";

/* One line for each thread of the machine, with a head and a last line. Read it in the tab Seq file. */

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

/* Set it, and the program leaves out every other process by itself: it is called for them all the same. */
const volatile int only_pid = 0;

static const char head[] = "  tgid    pid name\n";
static const char line[] = "%6d %6d %s\n";
static const char end[] = "end at seq_num %llu\n";

SEC("iter/task")
int dump_tasks(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	__u64 args[3];

	/* The last call has no task, and the seq_num of the task before it. */
	if (!task) {
		args[0] = ctx->meta->seq_num;
		bpf_seq_printf(seq, end, sizeof(end), args, 8);
		return 0;
	}
	if (ctx->meta->seq_num == 0)
		bpf_seq_printf(seq, head, sizeof(head), NULL, 0);
	if (only_pid && task->tgid != only_pid)
		return 0;
	args[0] = task->tgid;
	args[1] = task->pid;
	args[2] = (__u64)task->comm;
	bpf_seq_printf(seq, line, sizeof(line), args, sizeof(args));
	return 0;
}
