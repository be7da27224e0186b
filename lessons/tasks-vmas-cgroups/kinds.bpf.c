// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Iterators over other things than numbers. */

struct task_struct {
	int pid;
	int tgid;
} __attribute__((preserve_access_index));

struct bpf_iter_task {
	__u64 __opaque[3];
} __attribute__((aligned(8)));
struct bpf_iter_css_task {
	__u64 __opaque[1];
} __attribute__((aligned(8)));

extern int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task, unsigned int flags) __weak __ksym;
extern struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it) __weak __ksym;
extern void bpf_iter_task_destroy(struct bpf_iter_task *it) __weak __ksym;

extern struct task_struct *bpf_iter_css_task_next(struct bpf_iter_css_task *it) __weak __ksym;

/*
 * Declares an iterator, constructs it, and has the compiler destroy it on every way out of the loop. libbpf's bpf_for_each() is made in this way.
 */
#define for_each(type, element, ...)                                                                        \
	for (struct bpf_iter_##type it __attribute__((cleanup(bpf_iter_##type##_destroy))),                 \
	     *made = (bpf_iter_##type##_new(&it, __VA_ARGS__), (struct bpf_iter_##type *)0);                \
	     !made && ((element) = bpf_iter_##type##_next(&it));)

/* How many processes are there? */
SEC("raw_tp/sys_enter")
int processes(void *ctx)
{
	struct bpf_iter_task it;
	int count = 0;

	bpf_iter_task_new(&it, NULL, 0);
	while (bpf_iter_task_next(&it))
		count++;
	bpf_iter_task_destroy(&it);
	return count;
}

/* The same in a program that may sleep. */
SEC("syscall")
int may_sleep(void *ctx)
{
	struct bpf_iter_task it;
	int count = 0;

	bpf_iter_task_new(&it, NULL, 0);
	while (bpf_iter_task_next(&it))
		count++;
	bpf_iter_task_destroy(&it);
	return count;
}

/* Hands the state of a num iterator to the next of another kind, which goes through the tasks of a cgroup. */
SEC("raw_tp/sys_enter")
int another_kind(void *ctx)
{
	struct bpf_iter_num it;
	int found;

	bpf_iter_num_new(&it, 0, 3);
	found = bpf_iter_css_task_next((struct bpf_iter_css_task *)&it) != NULL;
	bpf_iter_num_destroy(&it);
	return found;
}

/* Looks for one task, and returns from the middle of the loop. */
SEC("raw_tp/sys_enter")
int by_macro(void *ctx)
{
	struct task_struct *task;

	for_each(task, task, NULL, 0) {
		if (task->pid == 600)
			return task->tgid;
	}
	return 0;
}
