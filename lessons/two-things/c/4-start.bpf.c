#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

int calls;

/*
 * Counts its calls, and prints the sum in each. It should count those with
 * a thread, and print in the one without.
 */
SEC("iter/task")
int count_calls(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	calls++;
	BPF_SEQ_PRINTF(ctx->meta->seq, "%d threads\n", calls);
	return 0;
}
