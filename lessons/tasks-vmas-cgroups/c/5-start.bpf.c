#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/*
 * Should add up the largest memory areas of all processes, in pages of
 * 4096 bytes. The inner loop is missing.
 */
SEC("raw_tp/sys_enter")
int largest_areas(void *ctx)
{
	struct bpf_iter_task tasks;
	struct task_struct *task;
	__u64 largest, pages = 0;

	bpf_iter_task_new(&tasks, NULL, 0);
	while ((task = bpf_iter_task_next(&tasks))) {
		largest = 0;
		/*
		 * Here: go through the areas of the task with a
		 * struct bpf_iter_task_vma. Its next gives a
		 * struct vm_area_struct *, with vm_start and vm_end.
		 * The largest size in bytes belongs into largest.
		 */

		pages += largest >> 12;
	}
	bpf_iter_task_destroy(&tasks);
	return pages;
}
