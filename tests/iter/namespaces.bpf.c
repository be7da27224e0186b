/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

/* The pids of tasks in each of their namespaces, and what a program learns of its own; only of those that sleep for the recording. */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct ns_common { unsigned int inum; };
struct pid_namespace { struct task_struct *child_reaper; unsigned int level; struct pid_namespace *parent; struct ns_common ns; };
struct upid { int nr; struct pid_namespace *ns; };
struct pid { unsigned int level; struct upid numbers[0]; };
struct nsproxy { struct pid_namespace *pid_ns_for_children; };
struct task_struct___pids { struct pid *thread_pid; struct nsproxy *nsproxy; };
#pragma clang attribute pop
struct bpf_pidns_info { __u32 pid, tgid; };

extern struct task_struct *bpf_task_from_pid(__s32 pid) __ksym;
extern struct task_struct *bpf_task_from_vpid(__s32 pid) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;

/* Its own ids by the device and inode of its namespace: the device is looked for. */
static __attribute__((always_inline)) void own(struct seq_file *seq)
{
	struct task_struct___pids *task = (void *)bpf_get_current_task_btf();
	struct bpf_pidns_info info;
	struct task_struct *found;
	unsigned int level = task->thread_pid->level, inode = 0;
	struct upid *last = &task->thread_pid->numbers[0];
	int device = -1, number = 0;

	if (level == 0) {
		inode = last->ns->ns.inum;
		number = last->nr;
	} else if (level == 1) {
		inode = task->thread_pid->numbers[1].ns->ns.inum;
		number = task->thread_pid->numbers[1].nr;
	}
	for (int i = 0; i < 64; i++)
		if (device < 0 && bpf_get_ns_current_pid_tgid(i, inode, &info, sizeof(info)) == 0)
			device = i;
	PRINT(seq, "own: level %u device %d", level, device);
	if (device >= 0) {
		long none = bpf_get_ns_current_pid_tgid(device, inode + 1, &info, sizeof(info));

		PRINT(seq, " other %d %u %u", none, info.pid, info.tgid);
		none = bpf_get_ns_current_pid_tgid(device | 1ull << 40, inode, &info, sizeof(info));
		PRINT(seq, " far device %d", none);
		bpf_get_ns_current_pid_tgid(device, inode, &info, sizeof(info));
		PRINT(seq, " same %d %d\n", info.pid == number, info.tgid == number);
	}
	/* Process 1 of all, and of those that the program lives with. */
	found = bpf_task_from_pid(1);
	if (found) {
		PRINT(seq, "pid 1: %s\n", (__u64)found->comm);
		bpf_task_release(found);
	}
	found = bpf_task_from_vpid(1);
	if (found) {
		PRINT(seq, "own pid 1: pid %d\n", found->pid);
		bpf_task_release(found);
	}
	found = bpf_task_from_vpid(99999);
	PRINT(seq, "own pid 99999: %d\n", found != 0);
	if (found)
		bpf_task_release(found);
}

SEC("iter/task")
int namespaces(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct task_struct___pids *more = (void *)task;
	struct pid *pid;

	if (!task) {
		own(seq);
		return 0;
	}
	if (!(task->comm[0] == 's' && task->comm[1] == 'l' && task->comm[2] == 'e') && task->comm[0] != 'u')
		return 0;
	pid = more->thread_pid;
	PRINT(seq, "%d %s level %u:", task->pid, (__u64)task->comm, pid->level);
#define LEVEL(N) \
	if (pid->level >= N) \
		PRINT(seq, " %d in %u (level %u, process 1 is %d)", pid->numbers[N].nr, pid->numbers[N].ns->ns.inum, pid->numbers[N].ns->level, pid->numbers[N].ns->child_reaper->pid);
	LEVEL(0)
	LEVEL(1)
	LEVEL(2)
	PRINT(seq, " children in %u\n", more->nsproxy->pid_ns_for_children->ns.inum);
	return 0;
}
