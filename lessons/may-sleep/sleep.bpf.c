// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Pointers of the kernel, and who may be handed them. */

struct cpumask {
	unsigned long bits[1];
};
struct task_struct {
	int pid;
	const struct cpumask *cpus_ptr;
	struct task_struct *group_leader;
	struct task_struct *last_wakee;
} __attribute__((preserve_access_index));

extern struct task_struct *bpf_task_from_pid(int pid) __weak __ksym;
extern struct task_struct *bpf_task_acquire(struct task_struct *p) __weak __ksym;
extern void bpf_task_release(struct task_struct *p) __weak __ksym;
extern _Bool bpf_cpumask_test_cpu(unsigned int cpu, const struct cpumask *cpumask) __weak __ksym;
extern void bpf_rcu_read_lock(void) __weak __ksym;
extern void bpf_rcu_read_unlock(void) __weak __ksym;

int pid = 1;

/* May the process run on processor 0? */
SEC("tp_btf/sched_switch")
int never_sleeps(void *ctx)
{
	struct task_struct *t = bpf_task_from_pid(pid);
	int yes;

	if (!t)
		return -1;
	yes = bpf_cpumask_test_cpu(0, t->cpus_ptr);
	bpf_task_release(t);
	return yes;
}

/* The same, in a program that may sleep. */
SEC("syscall")
int may_sleep(void *ctx)
{
	struct task_struct *t = bpf_task_from_pid(pid);
	int yes;

	if (!t)
		return -1;
	yes = bpf_cpumask_test_cpu(0, t->cpus_ptr);
	bpf_task_release(t);
	return yes;
}

/* The task that the next one woke up last. */
SEC("tp_btf/sched_switch")
int woken(__u64 *ctx)
{
	struct task_struct *next = (void *)ctx[2], *t = next->last_wakee;

	if (!t)
		return 0;
	t = bpf_task_acquire(t);
	if (!t)
		return 0;
	bpf_task_release(t);
	return 0;
}

/* Through the leader of its group. */
SEC("tp_btf/sched_switch")
int leader(__u64 *ctx)
{
	struct task_struct *next = (void *)ctx[2], *t = next->group_leader;

	if (!t)
		return 0;
	t = bpf_task_acquire(t);
	if (!t)
		return 0;
	bpf_task_release(t);
	return 0;
}
