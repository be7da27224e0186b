// SPDX-License-Identifier: GPL-2.0-only
// Pointers that must be relied on, sections, and what may sleep.
#include "../kernel.bpf.h"
LICENSE;

extern _Bool bpf_cpumask_test_cpu(__u32 cpu, const struct cpumask *cpumask) __ksym;
extern int bpf_copy_from_user_str(void *dst, __u32 dst__sz, const void *unsafe_ptr__ign, __u64 flags) __ksym;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct task_struct___w { struct task_struct___w *last_wakee; const struct cpumask *cpus_ptr; int pid; };
#pragma clang attribute pop

__u32 cpu, hits;
int pid;
char text[16];

// Trust ends where last_wakee is read.
SEC("tp_btf/sched_switch") int untrusted(__u64 *ctx)
{
	struct task_struct___w *next = (void *)ctx[2], *t = next->last_wakee;

	if (t && bpf_cpumask_test_cpu(cpu, t->cpus_ptr))
		hits++;
	return 0;
}

SEC("tp_btf/sched_switch") int untrusted_mended(__u64 *ctx)
{
	struct task_struct___w *next = (void *)ctx[2], *t = next->last_wakee;

	if (!t)
		return 0;
	t = (void *)bpf_task_from_pid(t->pid);
	if (!t)
		return 0;
	if (bpf_cpumask_test_cpu(cpu, t->cpus_ptr))
		hits++;
	bpf_task_release((void *)t);
	return 0;
}

// An acquiring function does not take it either.
SEC("tp_btf/sched_switch") int untrusted_refused(__u64 *ctx)
{
	struct task_struct___w *next = (void *)ctx[2], *t = next->last_wakee;

	if (t)
		t = (void *)bpf_task_acquire((void *)t);
	if (t && bpf_cpumask_test_cpu(cpu, t->cpus_ptr))
		hits++;
	if (t)
		bpf_task_release((void *)t);
	return 0;
}

// A program that may sleep is in no read section of its own.
SEC("syscall") int no_section(void *ctx)
{
	struct task_struct___w *t = (void *)bpf_task_from_pid(pid);

	if (!t)
		return 0;
	hits = bpf_cpumask_test_cpu(cpu, t->cpus_ptr);
	bpf_task_release((void *)t);
	return 0;
}

SEC("syscall") int no_section_mended(void *ctx)
{
	struct task_struct___w *t = (void *)bpf_task_from_pid(pid);

	if (!t)
		return 0;
	bpf_rcu_read_lock();
	hits = bpf_cpumask_test_cpu(cpu, t->cpus_ptr);
	bpf_rcu_read_unlock();
	bpf_task_release((void *)t);
	return 0;
}

SEC("syscall") int section_ended(void *ctx)
{
	struct task_struct___w *t = (void *)bpf_task_from_pid(pid);
	const struct cpumask *mask;

	if (!t)
		return 0;
	bpf_rcu_read_lock();
	mask = t->cpus_ptr;
	bpf_rcu_read_unlock();
	hits = bpf_cpumask_test_cpu(cpu, mask);
	bpf_task_release((void *)t);
	return 0;
}

SEC("syscall") int section_ended_mended(void *ctx)
{
	struct task_struct___w *t = (void *)bpf_task_from_pid(pid);
	const struct cpumask *mask;

	if (!t)
		return 0;
	bpf_rcu_read_lock();
	mask = t->cpus_ptr;
	hits = bpf_cpumask_test_cpu(cpu, mask);
	bpf_rcu_read_unlock();
	bpf_task_release((void *)t);
	return 0;
}

__noinl int slow_path(__u32 tries)
{
	char b[8];

	if (bpf_copy_from_user(b, sizeof(b), (void *)(__u64)tries))
		return 0;
	hits += b[0];
	return hits & 1;
}

SEC("syscall") int preemption_off(void *ctx)
{
	int r = 0;

	bpf_preempt_disable();
	if (bpf_get_smp_processor_id() & 1)
		r = slow_path(3);
	bpf_preempt_enable();
	return r & 0;
}

SEC("syscall") int preemption_off_mended(void *ctx)
{
	int r = 0;

	bpf_preempt_disable();
	hits++;
	bpf_preempt_enable();
	if (bpf_get_smp_processor_id() & 1)
		r = slow_path(3);
	return r & 0;
}

SEC("raw_tp") int never_sleeps(void *ctx)
{
	bpf_copy_from_user(text, sizeof(text), (void *)8);
	return 0;
}

SEC("syscall") int never_sleeps_mended(void *ctx)
{
	bpf_copy_from_user(text, sizeof(text), (void *)8);
	return 0;
}

SEC("syscall") int sleeps_in_section(void *ctx)
{
	bpf_rcu_read_lock();
	bpf_copy_from_user(text, sizeof(text), (void *)8);
	bpf_rcu_read_unlock();
	return 0;
}

SEC("syscall") int sleeps_in_section_mended(void *ctx)
{
	bpf_copy_from_user(text, sizeof(text), (void *)8);
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	return 0;
}

SEC("syscall") int open_section(void *ctx)
{
	bpf_rcu_read_lock();
	if (hits)
		return 0;
	bpf_rcu_read_unlock();
	return 0;
}

SEC("syscall") int open_section_mended(void *ctx)
{
	bpf_rcu_read_lock();
	if (hits) {
		bpf_rcu_read_unlock();
		return 0;
	}
	bpf_rcu_read_unlock();
	return 0;
}

SEC("syscall") int unlocks_twice(void *ctx)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	bpf_rcu_read_unlock();
	return 0;
}

SEC("syscall") int unlocks_twice_mended(void *ctx)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	return 0;
}

SEC("syscall") int nests(void *ctx)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	bpf_rcu_read_unlock();
	return 0;
}

SEC("syscall") int nests_mended(void *ctx)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	return 0;
}

SEC("raw_tp") int still_disabled(void *ctx)
{
	bpf_preempt_disable();
	if (hits)
		return 0;
	bpf_preempt_enable();
	return 0;
}

SEC("raw_tp") int still_disabled_mended(void *ctx)
{
	bpf_preempt_disable();
	if (hits) {
		bpf_preempt_enable();
		return 0;
	}
	bpf_preempt_enable();
	return 0;
}

SEC("raw_tp") int enables(void *ctx)
{
	bpf_preempt_enable();
	return 0;
}

SEC("raw_tp") int enables_mended(void *ctx)
{
	bpf_preempt_disable();
	bpf_preempt_enable();
	return 0;
}

SEC("raw_tp") int wrong_order(void *ctx)
{
	unsigned long first, second;

	bpf_local_irq_save(&first);
	bpf_local_irq_save(&second);
	bpf_local_irq_restore(&first);
	bpf_local_irq_restore(&second);
	return 0;
}

SEC("raw_tp") int wrong_order_mended(void *ctx)
{
	unsigned long first, second;

	bpf_local_irq_save(&first);
	bpf_local_irq_save(&second);
	bpf_local_irq_restore(&second);
	bpf_local_irq_restore(&first);
	return 0;
}

SEC("raw_tp") int interrupts_off(void *ctx)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	if (hits)
		return 0;
	bpf_local_irq_restore(&flags);
	return 0;
}

SEC("raw_tp") int interrupts_off_mended(void *ctx)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	if (hits) {
		bpf_local_irq_restore(&flags);
		return 0;
	}
	bpf_local_irq_restore(&flags);
	return 0;
}

SEC("syscall") int iterates_without_section(void *ctx)
{
	struct bpf_iter_task it;

	bpf_iter_task_new(&it, (void *)0, 0);
	while (bpf_iter_task_next(&it))
		hits++;
	bpf_iter_task_destroy(&it);
	return 0;
}

SEC("syscall") int iterates_without_section_mended(void *ctx)
{
	struct bpf_iter_task it;

	bpf_rcu_read_lock();
	bpf_iter_task_new(&it, (void *)0, 0);
	while (bpf_iter_task_next(&it))
		hits++;
	bpf_iter_task_destroy(&it);
	bpf_rcu_read_unlock();
	return 0;
}

SEC("syscall") int iterator_outlives(void *ctx)
{
	struct bpf_iter_task it;

	bpf_rcu_read_lock();
	bpf_iter_task_new(&it, (void *)0, 0);
	bpf_rcu_read_unlock();
	bpf_rcu_read_lock();
	bpf_iter_task_next(&it);
	bpf_iter_task_destroy(&it);
	bpf_rcu_read_unlock();
	return 0;
}

SEC("syscall") int iterator_outlives_mended(void *ctx)
{
	struct bpf_iter_task it;

	bpf_rcu_read_lock();
	bpf_iter_task_new(&it, (void *)0, 0);
	bpf_iter_task_next(&it);
	bpf_iter_task_destroy(&it);
	bpf_rcu_read_unlock();
	return 0;
}

SEC("tp_btf/sched_switch") int never_released(__u64 *ctx)
{
	struct task_struct *t = bpf_task_from_pid(pid);

	return t ? 1 : 0;
}

SEC("tp_btf/sched_switch") int never_released_mended(__u64 *ctx)
{
	struct task_struct *t = bpf_task_from_pid(pid);

	if (!t)
		return 0;
	bpf_task_release(t);
	return 1;
}

SEC("tp_btf/sched_switch") int releases_anothers(__u64 *ctx)
{
	bpf_task_release((void *)ctx[2]);
	return 0;
}

SEC("tp_btf/sched_switch") int releases_anothers_mended(__u64 *ctx)
{
	struct task_struct *t = bpf_task_acquire((void *)ctx[2]);

	if (t)
		bpf_task_release(t);
	return 0;
}

SEC("tp_btf/sched_switch") int maybe_null(__u64 *ctx)
{
	struct task_struct *t = bpf_task_from_pid(pid);

	bpf_task_release(t);
	return 0;
}

SEC("tp_btf/sched_switch") int maybe_null_mended(__u64 *ctx)
{
	struct task_struct *t = bpf_task_from_pid(pid);

	if (t)
		bpf_task_release(t);
	return 0;
}

SEC("tp_btf/sched_switch") int another_struct(__u64 *ctx)
{
	struct task_struct___w *t = (void *)ctx[2];

	hits = bpf_cpumask_test_cpu(cpu, (void *)t);
	return 0;
}

SEC("tp_btf/sched_switch") int another_struct_mended(__u64 *ctx)
{
	struct task_struct___w *t = (void *)ctx[2];

	hits = bpf_cpumask_test_cpu(cpu, t->cpus_ptr);
	return 0;
}
