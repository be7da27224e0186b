// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Two programs that go through the threads of the machine: one with a loop of its own, one that is called for each. */

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
struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};
#pragma clang attribute pop

struct bpf_iter_task {
	__u64 __opaque[3];
} __attribute__((aligned(8)));
extern int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task, unsigned int flags) __weak __ksym;
extern struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it) __weak __ksym;
extern void bpf_iter_task_destroy(struct bpf_iter_task *it) __weak __ksym;

enum { ALL_THREADS = 1 };

static long (*const bpf_seq_printf)(struct seq_file *m, const char *fmt, __u32 fmt_size, const void *data,
				    __u32 data_len) = (void *)126;

static const char line[] = "thread %d\n";
static const char total[] = "%d threads\n";

int calls;

/* Goes through the threads in a loop: one run of the program, one number. The kernel's idle task, with pid 0, is left out. */
SEC("raw_tp/sys_enter")
int in_a_loop(void *ctx)
{
	struct bpf_iter_task it;
	struct task_struct *task;
	int threads = 0;

	bpf_iter_task_new(&it, NULL, ALL_THREADS);
	while ((task = bpf_iter_task_next(&it))) {
		if (task->pid)
			threads++;
	}
	bpf_iter_task_destroy(&it);
	return threads;
}

/* Has no loop. It is called for each thread, and prints a line. */
SEC("iter/task")
int called_for_each(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	__u64 number;

	if (!task)
		return 0;
	number = task->pid;
	bpf_seq_printf(ctx->meta->seq, line, sizeof(line), &number, sizeof(number));
	return 0;
}

/* Counts its own calls, and tells the sum in the end. */
SEC("iter/task")
int count_calls(struct bpf_iter__task *ctx)
{
	__u64 number;

	if (ctx->task) {
		calls++;
		return 0;
	}
	number = calls;
	bpf_seq_printf(ctx->meta->seq, total, sizeof(total), &number, sizeof(number));
	return 0;
}
