#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/*
 * Adds up the largest memory areas of all processes, in pages of 4096
 * bytes.
 */
SEC("raw_tp/sys_enter")
int largest_areas(void *ctx)
{
	struct bpf_iter_task tasks;
	struct bpf_iter_task_vma areas;
	struct task_struct *task;
	struct vm_area_struct *area;
	__u64 size, largest, pages = 0;

	bpf_iter_task_new(&tasks, NULL, 0);
	while ((task = bpf_iter_task_next(&tasks))) {
		largest = 0;
		bpf_iter_task_vma_new(&areas, task, 0);
		while ((area = bpf_iter_task_vma_next(&areas))) {
			size = area->vm_end - area->vm_start;
			if (size > largest)
				largest = size;
		}
		bpf_iter_task_vma_destroy(&areas);
		pages += largest >> 12;
	}
	bpf_iter_task_destroy(&tasks);
	return pages;
}
