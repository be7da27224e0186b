// SPDX-License-Identifier: GPL-2.0-only
// The tasks' iterator: what it gives, in which program, and what becomes of it when its read section ends.
#include "../kernel.bpf.h"
LICENSE;

int found;

#define EACH(name, sec, before, first, flags, body, after)                    \
	SEC(sec) int name(void *ctx)                                          \
	{                                                                     \
		struct bpf_iter_task it;                                      \
		struct task_struct *p;                                        \
		int n = 0;                                                    \
                                                                              \
		before;                                                       \
		bpf_iter_task_new(&it, first, flags);                         \
		while ((p = bpf_iter_task_next(&it))) {                       \
			body;                                                 \
		}                                                             \
		bpf_iter_task_destroy(&it);                                   \
		after;                                                        \
		found = n;                                                    \
		return 0;                                                     \
	}
EACH(pids, "raw_tp", , 0, ALL_PROCS, n += p->pid, )
EACH(pids_tc, "tc", , 0, ALL_THREADS, n += p->pid, )
EACH(pids_sleepable, "syscall", , 0, ALL_PROCS, n += p->pid, )
EACH(pids_sleepable_locked, "syscall", bpf_rcu_read_lock(), 0, ALL_PROCS, n += p->pid, bpf_rcu_read_unlock())
EACH(threads, "raw_tp", , bpf_get_current_task_btf(), PROC_THREADS, n += p->pid, )
EACH(threads_of_parent, "raw_tp", , (void *)G(bpf_get_current_task_btf())->real_parent, PROC_THREADS, n += p->pid, )
EACH(threads_of_untrusted, "raw_tp", , (void *)G(bpf_get_current_task_btf())->parent, PROC_THREADS, n += p->pid, )
EACH(leaders, "raw_tp", , 0, ALL_THREADS, n += G(p)->group_leader->pid, )
EACH(parents, "raw_tp", , 0, ALL_PROCS, n += G(p)->real_parent->pid; n += G(p)->parent->pid, )
EACH(grandparents, "raw_tp", , 0, ALL_PROCS, n += G(p)->real_parent->real_parent->pid, )
EACH(memory, "raw_tp", , 0, ALL_PROCS, if (G(p)->mm) n += G(p)->mm->map_count, )
EACH(names, "raw_tp", , 0, ALL_PROCS, n += G(p)->comm[3], )
EACH(groups, "raw_tp", , 0, ALL_PROCS, n += G(p)->cgroups->dfl_cgrp->level, )
EACH(kernel_nodes, "raw_tp", , 0, ALL_PROCS, n += G(p)->cgroups->dfl_cgrp->kn->id, )
EACH(written, "raw_tp", , 0, ALL_PROCS, *(volatile int *)&p->pid = 1, )
EACH(unlocked_before_destroy, "syscall", bpf_rcu_read_lock(), 0, ALL_PROCS, n++, )
EACH(relocked_in_loop, "syscall", bpf_rcu_read_lock(), 0, ALL_PROCS, bpf_rcu_read_unlock(); bpf_rcu_read_lock(); n++, bpf_rcu_read_unlock())
EACH(nested_lock, "raw_tp", , 0, ALL_PROCS, bpf_rcu_read_lock(); n += p->pid; bpf_rcu_read_unlock(), )
EACH(used_after_unlock, "syscall", bpf_rcu_read_lock(), 0, ALL_PROCS, bpf_rcu_read_unlock(); n += p->pid; bpf_rcu_read_lock(), bpf_rcu_read_unlock())
EACH(no_preemption, "raw_tp", bpf_preempt_disable(), 0, ALL_PROCS, n += p->pid, bpf_preempt_enable())
EACH(preemption_stays_off, "raw_tp", bpf_preempt_disable(), 0, ALL_PROCS, n += p->pid, )

#define ACQUIRED(name, sec, how, after)                                       \
	EACH(name, sec, struct task_struct *q = 0, 0, ALL_PROCS, how, after)
ACQUIRED(acquired, "tc", q = bpf_task_acquire(p); if (q) { n++; bpf_task_release(q); }, )
ACQUIRED(acquired_kept, "tc", q = bpf_task_acquire(p); if (q) break, if (q) bpf_task_release(q))
ACQUIRED(acquired_lost, "tc", q = bpf_task_acquire(p); if (q) break, )
ACQUIRED(acquired_not_allowed, "raw_tp", q = bpf_task_acquire(p); if (q) bpf_task_release(q), )
ACQUIRED(acquired_unchecked, "tc", bpf_task_release(bpf_task_acquire(p)), )
ACQUIRED(released_not_held, "tc", bpf_task_release(p), )
ACQUIRED(parent_acquired, "tc", q = bpf_task_acquire((void *)G(p)->real_parent); if (q) bpf_task_release(q), )
ACQUIRED(other_parent_acquired, "tc", q = bpf_task_acquire((void *)G(p)->parent); if (q) bpf_task_release(q), )

SEC("raw_tp") int kept_after_destroy(void *ctx)
{
	struct bpf_iter_task it;
	struct task_struct *p, *last = 0;

	bpf_iter_task_new(&it, 0, ALL_PROCS);
	while ((p = bpf_iter_task_next(&it)))
		last = p;
	bpf_iter_task_destroy(&it);
	return last ? last->pid & 1 : 0;
}
static __noinl int count(struct bpf_iter_task *it)
{
	int n = 0;

	while (bpf_iter_task_next(it) && n < 1000)
		n++;
	return n;
}
SEC("raw_tp") int counted_elsewhere(void *ctx)
{
	struct bpf_iter_task it;

	bpf_iter_task_new(&it, 0, ALL_PROCS);
	found = count(&it);
	bpf_iter_task_destroy(&it);
	return 0;
}
SEC("raw_tp") int two_at_once(void *ctx)
{
	struct bpf_iter_task a, b;
	int n = 0;

	bpf_iter_task_new(&a, 0, ALL_PROCS);
	bpf_iter_task_new(&b, 0, ALL_THREADS);
	while (bpf_iter_task_next(&a))
		if (bpf_iter_task_next(&b))
			n++;
	bpf_iter_task_destroy(&b);
	bpf_iter_task_destroy(&a);
	found = n;
	return 0;
}
SEC("raw_tp") int one_in_the_other(void *ctx)
{
	struct bpf_iter_task a, b;
	struct task_struct *p;
	int n = 0;

	bpf_iter_task_new(&a, 0, ALL_PROCS);
	while ((p = bpf_iter_task_next(&a))) {
		bpf_iter_task_new(&b, p, PROC_THREADS);
		while (bpf_iter_task_next(&b))
			n++;
		bpf_iter_task_destroy(&b);
	}
	bpf_iter_task_destroy(&a);
	found = n;
	return 0;
}
#define IT "r1 = r10; r1 += -32;"
#define TNEW IT "r2 = 0; r3 = 0; call bpf_iter_task_new;"
#define TNEXT IT "call bpf_iter_task_next;"
#define TDEL IT "call bpf_iter_task_destroy;"
ASM_IN("raw_tp", next_of_nothing, TNEXT RET0)
ASM_IN("syscall", new_unlocked, TNEW TDEL RET0)
ASM_IN("syscall", section_over, LOCK TNEW UNLOCK TNEXT TDEL RET0)
ASM_IN("syscall", section_over_and_again, LOCK TNEW UNLOCK LOCK TNEXT TDEL UNLOCK RET0)
ASM_IN("syscall", destroyed_after_section, LOCK TNEW UNLOCK TDEL RET0)
ASM_IN("raw_tp", first_slot_overwritten, TNEW "r1 = 5; *(u64 *)(r10 - 32) = r1;" TDEL RET0)
ASM_IN("raw_tp", last_slot_overwritten, TNEW "r1 = 5; *(u64 *)(r10 - 16) = r1;" TDEL RET0)
ASM_IN("raw_tp", first_slot_read, TNEW "r1 = *(u64 *)(r10 - 32);" TDEL RET0)
ASM_IN("raw_tp", over_the_edge, "r1 = r10; r1 += -16; r2 = 0; r3 = 0; call bpf_iter_task_new;" RET0)
ASM_IN("raw_tp", beside_a_slot, "r1 = r10; r1 += -30; r2 = 0; r3 = 0; call bpf_iter_task_new;" RET0)
ASM_IN("raw_tp", flags_are_a_pointer, IT "r2 = 0; r3 = r10; call bpf_iter_task_new;" RET0)
ASM_IN("raw_tp", task_is_the_context, "r6 = r1;" IT "r2 = r6; r3 = 2; call bpf_iter_task_new;" RET0)
ASM_IN("raw_tp", task_is_a_number, IT "r2 = 5; r3 = 2; call bpf_iter_task_new;" RET0)
ASM_IN("raw_tp", task_and_eight, CURRENT "r6 = r0; r6 += 8;" IT "r2 = r6; r3 = 2; call bpf_iter_task_new;" RET0)
ASM_IN("syscall", loop_without_destroy, LOCK TNEW "1:" TNEXT "if r0 != 0 goto 1b;" UNLOCK RET0)
