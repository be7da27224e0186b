/* SPDX-License-Identifier: GPL-2.0-only */
/* What the iterator programs share whose output is recorded from a real kernel (oracle/iterators) and compared with that of `iterscope iter`. */
#pragma once
#include <stddef.h>
#include <stdbool.h>
typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
enum { BPF_MAP_TYPE_HASH = 1, BPF_MAP_TYPE_ARRAY = 2 };
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct seq_file { char *buf; };
struct bpf_iter_meta { struct seq_file *seq; __u64 session_id; __u64 seq_num; };
struct kuid_t_ { __u32 val; };
struct cred { struct { __u32 val; } uid; struct { __u32 val; } euid; };
struct qstr { const unsigned char *name; };
struct dentry { struct qstr d_name; };
struct path { struct dentry *dentry; };
struct inode { unsigned long i_ino; __u16 i_mode; };
struct file { struct inode *f_inode; long long f_pos; struct path f_path; };
struct mm_struct { int map_count; };
struct vm_area_struct { unsigned long vm_start; unsigned long vm_end; unsigned long vm_flags; unsigned long vm_pgoff; struct file *vm_file; };
struct task_struct { unsigned int flags; unsigned int __state; int pid; int tgid; char comm[16]; struct task_struct *real_parent; struct task_struct *group_leader; struct mm_struct *mm; const struct cred *cred; };
struct kernfs_node { const char *name; __u64 id; };
struct cgroup { struct kernfs_node *kn; int level; };
struct bpf_map { __u32 id; char name[16]; __u32 max_entries; __u32 key_size; __u32 value_size; };
struct bpf_prog_aux { __u32 id; char name[16]; };
struct bpf_prog { struct bpf_prog_aux *aux; __u32 len; };
struct bpf_link { __u32 id; struct bpf_prog *prog; };
struct kmem_cache { const char *name; unsigned int size; unsigned int object_size; };
struct dma_buf { unsigned long size; };

struct bpf_iter__task { struct bpf_iter_meta *meta; struct task_struct *task; };
struct bpf_iter__task_file { struct bpf_iter_meta *meta; struct task_struct *task; __u32 fd; struct file *file; };
struct bpf_iter__task_vma { struct bpf_iter_meta *meta; struct task_struct *task; struct vm_area_struct *vma; };
struct bpf_iter__cgroup { struct bpf_iter_meta *meta; struct cgroup *cgroup; };
struct bpf_iter__bpf_map { struct bpf_iter_meta *meta; struct bpf_map *map; };
struct bpf_iter__bpf_map_elem { struct bpf_iter_meta *meta; struct bpf_map *map; void *key; void *value; };
struct bpf_iter__bpf_prog { struct bpf_iter_meta *meta; struct bpf_prog *prog; };
struct bpf_iter__bpf_link { struct bpf_iter_meta *meta; struct bpf_link *link; };
struct bpf_iter__kmem_cache { struct bpf_iter_meta *meta; struct kmem_cache *s; };
struct bpf_iter__dmabuf { struct bpf_iter_meta *meta; struct dma_buf *dmabuf; };
#pragma clang attribute pop

#define PF_KTHREAD 0x00200000
#define PRINT(seq, fmt, ...) ({ \
	static const char ___fmt[] = fmt; \
	__u64 ___v[] = { __VA_ARGS__ }; \
	bpf_seq_printf(seq, ___fmt, sizeof(___fmt), ___v, sizeof(___v)); })
#define SAY(seq, text) ({ static const char ___fmt[] = text; bpf_seq_printf(seq, ___fmt, sizeof(___fmt), 0, 0); })

/* Of the processes only those that the recording knows: neither kernel threads nor the reader itself. */
static inline __attribute__((unused)) bool known(struct task_struct *task)
{
	return !(task->flags & PF_KTHREAD) && !(task->comm[0] == 'c' && task->comm[1] == 'a' && task->comm[2] == 't') &&
	       !(task->comm[0] == 'i' && task->comm[1] == 't' && task->comm[2] == 'e');
}
