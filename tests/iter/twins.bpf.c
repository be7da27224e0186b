/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

/* The open-coded iterators go through the same things as the targets: once each, at the end of a walk over the tasks. */
struct bpf_iter_task { __u64 __opaque[3]; } __attribute__((aligned(8)));
struct bpf_iter_task_vma { __u64 __opaque[1]; } __attribute__((aligned(8)));
struct bpf_iter_css { __u64 __opaque[3]; } __attribute__((aligned(8)));
struct bpf_iter_css_task { __u64 __opaque[1]; } __attribute__((aligned(8)));
struct bpf_iter_kmem_cache { __u64 __opaque[1]; } __attribute__((aligned(8)));
struct cgroup_subsys_state { struct cgroup *cgroup; } __attribute__((preserve_access_index));
struct cgroup___css { struct cgroup_subsys_state self; } __attribute__((preserve_access_index));

extern int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task, unsigned int flags) __ksym;
extern struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it) __ksym;
extern void bpf_iter_task_destroy(struct bpf_iter_task *it) __ksym;
extern int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task, __u64 addr) __ksym;
extern struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it) __ksym;
extern void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it) __ksym;
extern int bpf_iter_css_new(struct bpf_iter_css *it, struct cgroup_subsys_state *start, unsigned int flags) __ksym;
extern struct cgroup_subsys_state *bpf_iter_css_next(struct bpf_iter_css *it) __ksym;
extern void bpf_iter_css_destroy(struct bpf_iter_css *it) __ksym;
extern int bpf_iter_css_task_new(struct bpf_iter_css_task *it, struct cgroup_subsys_state *css, unsigned int flags) __ksym;
extern struct task_struct *bpf_iter_css_task_next(struct bpf_iter_css_task *it) __ksym;
extern void bpf_iter_css_task_destroy(struct bpf_iter_css_task *it) __ksym;
extern int bpf_iter_kmem_cache_new(struct bpf_iter_kmem_cache *it) __ksym;
extern struct kmem_cache *bpf_iter_kmem_cache_next(struct bpf_iter_kmem_cache *it) __ksym;
extern void bpf_iter_kmem_cache_destroy(struct bpf_iter_kmem_cache *it) __ksym;
extern struct cgroup *bpf_cgroup_from_id(__u64 id) __ksym;
extern void bpf_cgroup_release(struct cgroup *cgroup) __ksym;
extern struct task_struct *bpf_task_from_pid(int pid) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

static __attribute__((noinline)) int tasks_of(struct seq_file *seq, unsigned int flags)
{
	struct bpf_iter_task it;
	struct task_struct *task;

	bpf_rcu_read_lock();
	PRINT(seq, "new %d\n", bpf_iter_task_new(&it, 0, flags));
	while ((task = bpf_iter_task_next(&it)))
		if (task->pid == 0 || known(task))
			PRINT(seq, "%d %s\n", task->pid, (__u64)task->comm);
	PRINT(seq, "after the end %d\n", bpf_iter_task_next(&it) != 0);
	bpf_iter_task_destroy(&it);
	bpf_rcu_read_unlock();
	return 0;
}

static __attribute__((noinline)) int cgroups_of(struct seq_file *seq, unsigned int flags)
{
	struct cgroup *root = bpf_cgroup_from_id(1);
	struct cgroup_subsys_state *css;
	struct bpf_iter_css it;

	if (!root)
		return 0;
	bpf_rcu_read_lock();
	PRINT(seq, "new %d\n", bpf_iter_css_new(&it, &((struct cgroup___css *)root)->self, flags));
	while ((css = bpf_iter_css_next(&it)))
		PRINT(seq, "%d /%s\n", css->cgroup->level, (__u64)css->cgroup->kn->name);
	/* It begins again. */
	css = bpf_iter_css_next(&it);
	PRINT(seq, "after the end %d\n", css != 0);
	bpf_iter_css_destroy(&it);
	bpf_rcu_read_unlock();
	bpf_cgroup_release(root);
	return 0;
}

SEC("iter.s/task")
int twins(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct bpf_iter_kmem_cache caches;
	struct bpf_iter_css_task members;
	struct bpf_iter_task_vma areas;
	struct vm_area_struct *vma;
	struct kmem_cache *cache;
	struct task_struct *task;
	struct cgroup *root;
	int shown = 0;

	if (ctx->task)
		return 0;
	tasks_of(seq, 0);
	tasks_of(seq, 1);
	tasks_of(seq, 2);
	tasks_of(seq, 7);
	cgroups_of(seq, 2);
	cgroups_of(seq, 3);
	cgroups_of(seq, 4);
	cgroups_of(seq, 1);
	task = bpf_task_from_pid(1);
	if (task) {
		PRINT(seq, "areas %d\n", bpf_iter_task_vma_new(&areas, task, 0x410000));
		while ((vma = bpf_iter_task_vma_next(&areas)))
			PRINT(seq, "%lx-%lx\n", vma->vm_start, vma->vm_end);
		bpf_iter_task_vma_destroy(&areas);
		bpf_task_release(task);
	}
	task = bpf_task_from_pid(2);
	if (task) {
		PRINT(seq, "no areas %d\n", bpf_iter_task_vma_new(&areas, task, 0));
		PRINT(seq, "first %d\n", bpf_iter_task_vma_next(&areas) != 0);
		bpf_iter_task_vma_destroy(&areas);
		bpf_task_release(task);
	}
	root = bpf_cgroup_from_id(1);
	if (root) {
		PRINT(seq, "members %d\n", bpf_iter_css_task_new(&members, &((struct cgroup___css *)root)->self, 1));
		while ((task = bpf_iter_css_task_next(&members)))
			if (known(task))
				PRINT(seq, "%d %s\n", task->pid, (__u64)task->comm);
		bpf_iter_css_task_destroy(&members);
		bpf_cgroup_release(root);
	}
	PRINT(seq, "caches %d\n", bpf_iter_kmem_cache_new(&caches));
	while ((cache = bpf_iter_kmem_cache_next(&caches)) && shown++ < 20)
		PRINT(seq, "%s %u\n", (__u64)cache->name, cache->size);
	bpf_iter_kmem_cache_destroy(&caches);
	return 0;
}
