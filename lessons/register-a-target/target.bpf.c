// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* What a target says of its context, and what programs may do with it. */

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
struct file {
	unsigned int f_flags;
};
struct bpf_map {
	unsigned int id;
};
struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
};
struct bpf_iter__bpf_map_elem {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
	void *key;
	void *value;
};
#pragma clang attribute pop

static long (*const bpf_seq_printf)(struct seq_file *m, const char *fmt, __u32 fmt_size, const void *data,
				    __u32 data_len) = (void *)126;

static const char line[] = "%d fd %d flags 0x%x\n";
static const char number[] = "%llu\n";

struct {
	__uint(type, 2); /* an array */
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} squares SEC(".maps");

/* One line for each open file. */
SEC("iter/task_file")
int files(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	__u64 args[3];

	if (!task || !file)
		return 0;
	args[0] = task->tgid;
	args[1] = ctx->fd;
	args[2] = file->f_flags;
	bpf_seq_printf(ctx->meta->seq, line, sizeof(line), args, sizeof(args));
	return 0;
}

/* Looks at what lies behind the last field of the context. */
SEC("iter/task_file")
int behind(void *ctx)
{
	__u32 fd = *(volatile __u32 *)(ctx + 16);

	return *(volatile __u64 *)(ctx + 32) == fd;
}

/* Sets the number of the file in the context. */
SEC("iter/task_file")
int sets_fd(void *ctx)
{
	*(volatile __u32 *)(ctx + 16) = 7;
	return 0;
}

/* One line for each element of a map: it is attached to the map that is to be read. */
SEC("iter/bpf_map_elem")
int elements(struct bpf_iter__bpf_map_elem *ctx)
{
	__u64 *value = ctx->value;
	__u64 arg;

	if (!value)
		return 0;
	arg = *value;
	bpf_seq_printf(ctx->meta->seq, number, sizeof(number), &arg, sizeof(arg));
	return 0;
}

/* Also adds to each element. */
SEC("iter/bpf_map_elem")
int adds(struct bpf_iter__bpf_map_elem *ctx)
{
	__u64 *value = ctx->value;

	if (value)
		*value += 1;
	return 0;
}

/* Also changes each key. */
SEC("iter/bpf_map_elem")
int changes_keys(struct bpf_iter__bpf_map_elem *ctx)
{
	__u32 *key = ctx->key;

	if (key)
		*key = 0;
	return 0;
}
