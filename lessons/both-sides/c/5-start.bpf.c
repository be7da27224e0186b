#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

int count;

/*
 * Counts threads. It should count processes: the numbers of a thread are
 * task->pid and task->tgid.
 */
SEC("iter/task")
int threads_by_calls(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (task) {
		count++;
		return 0;
	}
	BPF_SEQ_PRINTF(ctx->meta->seq, "%d of them\n", count);
	return 0;
}
