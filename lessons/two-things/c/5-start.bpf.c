#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

enum { ALL_THREADS = 1 };

/*
 * Counts the threads. Those with the number 0 (pid) should be left out;
 * which other round is one too many?
 */
SEC("raw_tp/sys_enter")
int in_a_loop(void *ctx)
{
	struct bpf_iter_task it;
	struct task_struct *task;
	int threads = 0;

	bpf_iter_task_new(&it, NULL, ALL_THREADS);
	do {
		task = bpf_iter_task_next(&it);
		threads++;
	} while (task);
	bpf_iter_task_destroy(&it);
	return threads;
}
