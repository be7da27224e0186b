#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

int count;

/*
 * Counts processes: of each the first thread, whose two numbers are the
 * same.
 */
SEC("iter/task")
int threads_by_calls(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (task) {
		if (task->pid == task->tgid)
			count++;
		return 0;
	}
	BPF_SEQ_PRINTF(ctx->meta->seq, "%d of them\n", count);
	return 0;
}
