// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct task_struct {
	int pid;
};
struct vm_area_struct {
	unsigned long vm_start;
	unsigned long vm_end;
};
#pragma clang attribute pop

/* The parts of a process's address space, one after the other. */
struct bpf_iter_task_vma {
	__u64 __opaque[1];
} __attribute__((aligned(8)));

extern int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task, __u64 addr) __weak __ksym;
extern struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it) __weak __ksym;
extern void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it) __weak __ksym;

static struct task_struct *(*const bpf_get_current_task_btf)(void) = (void *)158;

#define LARGE (1 << 16)

/* What the first number is to be; 0 when it is loaded. */
int first;

/* Looks for a large part of the address space. Rejected: it leaves as soon as it has found one. */
SEC("raw_tp/sys_enter")
int first_large(void *ctx)
{
	struct bpf_iter_task_vma it;
	struct vm_area_struct *vma;

	bpf_iter_task_vma_new(&it, bpf_get_current_task_btf(), 0);
	while ((vma = bpf_iter_task_vma_next(&it)))
		if (vma->vm_end - vma->vm_start >= LARGE)
			return (vma->vm_end - vma->vm_start) >> 12;
	bpf_iter_task_vma_destroy(&it);
	return first;
}
