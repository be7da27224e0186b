// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* The same walk from both sides: by a loop in a program, and by a program that is called for each thing. */

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
struct dma_buf {
	unsigned long size;
};
struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};
struct bpf_iter__dmabuf {
	struct bpf_iter_meta *meta;
	struct dma_buf *dmabuf;
};
#pragma clang attribute pop

struct bpf_iter_task {
	__u64 __opaque[3];
} __attribute__((aligned(8)));
struct bpf_iter_dmabuf {
	__u64 __opaque[1];
} __attribute__((aligned(8)));
extern int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task, unsigned int flags) __weak __ksym;
extern struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it) __weak __ksym;
extern void bpf_iter_task_destroy(struct bpf_iter_task *it) __weak __ksym;
extern int bpf_iter_dmabuf_new(struct bpf_iter_dmabuf *it) __weak __ksym;
extern struct dma_buf *bpf_iter_dmabuf_next(struct bpf_iter_dmabuf *it) __weak __ksym;
extern void bpf_iter_dmabuf_destroy(struct bpf_iter_dmabuf *it) __weak __ksym;

enum { ALL_PROCS = 0, ALL_THREADS = 1 };

static long (*const bpf_seq_printf)(struct seq_file *m, const char *fmt, __u32 fmt_size, const void *data,
				    __u32 data_len) = (void *)126;

static const char buffer[] = "%llu bytes\n";
static const char total[] = "%d of them\n";

int count;

/* Buffers that devices share, in a loop. */
SEC("syscall")
int buffers_in_a_loop(void *ctx)
{
	struct bpf_iter_dmabuf it;
	int buffers = 0;

	bpf_iter_dmabuf_new(&it);
	while (bpf_iter_dmabuf_next(&it))
		buffers++;
	bpf_iter_dmabuf_destroy(&it);
	return buffers;
}

/* The same buffers, a line for each. */
SEC("iter/dmabuf")
int buffers_by_calls(struct bpf_iter__dmabuf *ctx)
{
	struct dma_buf *dmabuf = ctx->dmabuf;
	__u64 size;

	if (!dmabuf)
		return 0;
	size = dmabuf->size;
	bpf_seq_printf(ctx->meta->seq, buffer, sizeof(buffer), &size, sizeof(size));
	return 0;
}

/* Threads, in a loop. */
SEC("raw_tp/sys_enter")
int threads_in_a_loop(void *ctx)
{
	struct bpf_iter_task it;
	int threads = 0;

	bpf_iter_task_new(&it, NULL, ALL_THREADS);
	while (bpf_iter_task_next(&it))
		threads++;
	bpf_iter_task_destroy(&it);
	return threads;
}

/* Processes, in a loop. */
SEC("raw_tp/sys_enter")
int processes_in_a_loop(void *ctx)
{
	struct bpf_iter_task it;
	int processes = 0;

	bpf_iter_task_new(&it, NULL, ALL_PROCS);
	while (bpf_iter_task_next(&it))
		processes++;
	bpf_iter_task_destroy(&it);
	return processes;
}

/* Threads, counted by calls. The sum is printed at the end. */
SEC("iter/task")
int threads_by_calls(struct bpf_iter__task *ctx)
{
	__u64 number;

	if (ctx->task) {
		count++;
		return 0;
	}
	number = count;
	bpf_seq_printf(ctx->meta->seq, total, sizeof(total), &number, sizeof(number));
	return 0;
}
