/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel types and functions that several golden programs share: only the members they touch, relocated by CO-RE. */
#pragma once
#include "iterscope.bpf.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct bpf_map { unsigned int id, max_entries; };
struct list_head { struct list_head *next, *prev; };
struct cpumask { unsigned long bits[4]; };
struct inode { unsigned long i_ino; };
struct dentry { struct inode *d_inode; };
struct path { struct dentry *dentry; };
struct file { struct inode *f_inode; unsigned int f_flags; struct path f_path; };
struct kernfs_node { __u64 id; };
struct cgroup;
struct cgroup_subsys_state { struct cgroup *cgroup; struct cgroup_subsys_state *parent; int id; };
struct cgroup { struct cgroup_subsys_state self; int level; struct kernfs_node *kn; };
struct css_set { struct cgroup *dfl_cgrp; struct cgroup_subsys_state *subsys[14]; };
struct mm_struct { struct file *exe_file; unsigned long start_stack; int map_count; };
struct vm_area_struct { unsigned long vm_start, vm_end; struct mm_struct *vm_mm; struct file *vm_file; unsigned long vm_pgoff; };
struct thread_info { unsigned long flags; };
struct kmem_cache { unsigned int size, object_size; const char *name; struct list_head list; };
struct dma_buf { __u64 size; struct file *file; const char *name; };
struct seq_file { char *buf; __u64 size; };
struct bpf_iter_meta { struct seq_file *seq; __u64 session_id, seq_num; };
struct bpf_iter__task { struct bpf_iter_meta *meta; struct task_struct___g *task; };
struct task_struct___g {
	struct thread_info thread_info;
	void *stack;
	unsigned int flags;
	int on_cpu, pid, tgid;
	const struct cpumask *cpus_ptr;
	struct cpumask cpus_mask;
	struct list_head tasks;
	struct mm_struct *mm;
	struct task_struct___g *real_parent, *parent, *group_leader;
	char comm[16];
	struct css_set *cgroups;
	unsigned sched_reset_on_fork : 1;
};
#pragma clang attribute pop

struct bpf_iter_task_vma { __u64 __opaque[1]; } __attribute__((aligned(8)));
struct bpf_iter_css { __u64 __opaque[3]; } __attribute__((aligned(8)));
struct bpf_iter_css_task { __u64 __opaque[1]; } __attribute__((aligned(8)));
struct bpf_iter_kmem_cache { __u64 __opaque[1]; } __attribute__((aligned(8)));
struct bpf_iter_dmabuf { __u64 __opaque[1]; } __attribute__((aligned(8)));

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
extern int bpf_iter_dmabuf_new(struct bpf_iter_dmabuf *it) __ksym;
extern struct dma_buf *bpf_iter_dmabuf_next(struct bpf_iter_dmabuf *it) __ksym;
extern void bpf_iter_dmabuf_destroy(struct bpf_iter_dmabuf *it) __ksym;

extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;
extern struct task_struct *bpf_task_from_pid(int pid) __ksym;
extern struct task_struct *bpf_task_from_vpid(int vpid) __ksym;
extern struct cgroup *bpf_cgroup_acquire(struct cgroup *cgrp) __ksym;
extern void bpf_cgroup_release(struct cgroup *cgrp) __ksym;
extern struct cgroup *bpf_cgroup_ancestor(struct cgroup *cgrp, int level) __ksym;
extern struct cgroup *bpf_cgroup_from_id(__u64 id) __ksym;
extern long bpf_task_under_cgroup(struct task_struct *task, struct cgroup *ancestor) __ksym;
extern struct kmem_cache *bpf_get_kmem_cache(__u64 addr) __ksym;
extern void bpf_preempt_disable(void) __ksym;
extern void bpf_preempt_enable(void) __ksym;
extern void bpf_local_irq_save(unsigned long *flags) __ksym;
extern void bpf_local_irq_restore(unsigned long *flags) __ksym;
extern void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym;
extern void *bpf_cast_to_kern_ctx(void *obj) __ksym;

enum { ALL_PROCS, ALL_THREADS, PROC_THREADS };
enum { CSS_TASKS_PROCS = 1, CSS_PRE = 1, CSS_POST, CSS_UP };

/* A whole program in assembly, for a program type of its own. */
#define ASM_IN(sec, name, body) \
	SEC(sec) __naked int name(void) { asm volatile(body ::: "memory"); }
#define LOCK "call bpf_rcu_read_lock;"
#define UNLOCK "call bpf_rcu_read_unlock;"
#define CURRENT "call 158;"
/* The task's fields, as the kernel has them. */
#define G(task) ((struct task_struct___g *)(task))
