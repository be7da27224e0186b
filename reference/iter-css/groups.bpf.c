// SPDX-License-Identifier: GPL-2.0-only
// Iterators over cgroups and over the tasks of one, and the references that they need.
#include "../kernel.bpf.h"
LICENSE;

int found;

#define CSS(name, sec, start, body)                                           \
	SEC(sec) int name(void *ctx)                                          \
	{                                                                     \
		struct cgroup_subsys_state *pos;                              \
		struct bpf_iter_css it;                                       \
		struct cgroup *root = bpf_cgroup_from_id(1);                  \
		int n = 0;                                                    \
                                                                              \
		if (!root)                                                    \
			return 0;                                             \
		bpf_rcu_read_lock();                                          \
		bpf_iter_css_new(&it, start, CSS_PRE);                        \
		while ((pos = bpf_iter_css_next(&it))) {                      \
			body;                                                 \
		}                                                             \
		bpf_iter_css_destroy(&it);                                    \
		bpf_rcu_read_unlock();                                        \
		bpf_cgroup_release(root);                                     \
		found = n;                                                    \
		return 0;                                                     \
	}
CSS(levels, "syscall", &root->self, n += pos->cgroup->level)
CSS(levels_tc, "tc", &root->self, n += pos->cgroup->level)
CSS(of_the_cgroup, "syscall", (void *)root, n += pos->cgroup->level)
CSS(parents, "syscall", &root->self, if (pos->parent) n += pos->parent->id)
CSS(of_null, "syscall", 0, n++)
CSS(of_a_task, "syscall", (void *)bpf_get_current_task_btf(), n++)
CSS(of_a_node, "syscall", (void *)root->kn, n++)
CSS(acquired, "syscall", &root->self, struct cgroup *c = bpf_cgroup_acquire(pos->cgroup); if (c) { n++; bpf_cgroup_release(c); })
CSS(ancestors, "syscall", &root->self, struct cgroup *c = bpf_cgroup_ancestor(pos->cgroup, 0); if (c) { n += c->level; bpf_cgroup_release(c); })
CSS(ancestors_lost, "syscall", &root->self, if (bpf_cgroup_ancestor(pos->cgroup, 0)) n++)
CSS(parent_acquired, "syscall", &root->self, if (bpf_cgroup_acquire(pos->parent->cgroup)) n++)
CSS(under, "syscall", &root->self, n += bpf_task_under_cgroup(bpf_get_current_task_btf(), pos->cgroup))
CSS(root_released_inside, "syscall", &root->self, bpf_cgroup_release(root))

SEC("syscall") int without_section(void *ctx)
{
	struct bpf_iter_css it;
	struct cgroup *root = bpf_cgroup_from_id(1);

	if (!root)
		return 0;
	bpf_iter_css_new(&it, &root->self, CSS_PRE);
	bpf_iter_css_destroy(&it);
	bpf_cgroup_release(root);
	return 0;
}
SEC("raw_tp") int from_the_task(void *ctx)
{
	struct cgroup_subsys_state *pos;
	struct bpf_iter_css it;
	int n = 0;

	bpf_iter_css_new(&it, &G(bpf_get_current_task_btf())->cgroups->dfl_cgrp->self, CSS_UP);
	while ((pos = bpf_iter_css_next(&it)))
		n += pos->id;
	bpf_iter_css_destroy(&it);
	found = n;
	return 0;
}
SEC("raw_tp") int from_a_subsystem(void *ctx)
{
	struct bpf_iter_css it;

	bpf_iter_css_new(&it, G(bpf_get_current_task_btf())->cgroups->subsys[1], CSS_UP);
	bpf_iter_css_destroy(&it);
	return 0;
}
#define TASKS_OF(name, sec, body)                                             \
	SEC(sec) int name(void *ctx)                                          \
	{                                                                     \
		struct bpf_iter_css_task it;                                  \
		struct task_struct *p;                                        \
		struct cgroup *root = bpf_cgroup_from_id(1);                  \
		int n = 0;                                                    \
                                                                              \
		if (!root)                                                    \
			return 0;                                             \
		bpf_iter_css_task_new(&it, &root->self, CSS_TASKS_PROCS);     \
		while ((p = bpf_iter_css_task_next(&it))) {                   \
			body;                                                 \
		}                                                             \
		bpf_iter_css_task_destroy(&it);                               \
		bpf_cgroup_release(root);                                     \
		found = n;                                                    \
		return 0;                                                     \
	}
TASKS_OF(members, "syscall", n += p->pid)
TASKS_OF(members_in_iterator, "iter/cgroup", n += p->pid)
TASKS_OF(members_in_sleepable_iterator, "iter.s/cgroup", n += p->pid)
TASKS_OF(members_not_allowed, "tc", n += p->pid)
TASKS_OF(members_not_allowed_tp, "tp_btf/task_newtask", n += p->pid)
TASKS_OF(members_acquired, "syscall", struct task_struct *q = bpf_task_acquire(p); if (q) { n++; bpf_task_release(q); })
TASKS_OF(members_parents, "syscall", n += G(p)->real_parent->pid)
TASKS_OF(members_parents_acquired, "syscall", bpf_task_acquire((void *)G(p)->real_parent); n++)
SEC("iter/cgroup") int members_of_visited(struct { struct bpf_iter_meta *meta; struct cgroup *cgroup; } *ctx)
{
	struct cgroup *c = ctx->cgroup;
	struct bpf_iter_css_task it;
	struct task_struct *p;
	int n = 0;

	if (!c)
		return 0;
	bpf_iter_css_task_new(&it, &c->self, CSS_TASKS_PROCS);
	while ((p = bpf_iter_css_task_next(&it)))
		n += p->pid;
	bpf_iter_css_task_destroy(&it);
	found = n;
	return 0;
}
SEC("iter/cgroup") int visited_unchecked(struct { struct bpf_iter_meta *meta; struct cgroup *cgroup; } *ctx)
{
	return ctx->cgroup->level & 1;
}
SEC("syscall") int root_lost(void *ctx)
{
	return bpf_cgroup_from_id(1) ? 1 : 0;
}
