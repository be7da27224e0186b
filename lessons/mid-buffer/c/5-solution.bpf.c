#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

int calls; /* stays, even if nothing uses it: the checks set it */

/* Numbers its lines with the kernel's number of the element, which stays the same when a text is taken back. */
SEC("iter/task")
int own_numbers(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;

	if (!task)
		return 0;
	if (ctx->meta->seq_num == 0)
		BPF_SEQ_PRINTF(seq, "   n    pid\n");
	BPF_SEQ_PRINTF(seq, "%4d %6d %-1000s|\n", ctx->meta->seq_num, task->pid, task->comm);
	return 0;
}
