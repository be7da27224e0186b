#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

int calls; /* stays, even if nothing uses it: the checks set it */

/* Numbers its lines, which are longer than a buffer holds. Print the heads once in each file, and number the lines from 0 without a gap. */
SEC("iter/task")
int own_numbers(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;

	if (!task)
		return 0;
	if (calls == 0)
		BPF_SEQ_PRINTF(seq, "   n    pid\n");
	BPF_SEQ_PRINTF(seq, "%4d %6d %-1000s|\n", calls, task->pid, task->comm);
	calls++;
	return 0;
}
