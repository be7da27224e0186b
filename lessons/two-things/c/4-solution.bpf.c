#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

int calls;

/* Counts its calls with a thread, and prints the sum in the one without. */
SEC("iter/task")
int count_calls(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (task) {
		calls++;
		return 0;
	}
	BPF_SEQ_PRINTF(ctx->meta->seq, "%d threads\n", calls);
	return 0;
}
