#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/* A line for each open file. */
SEC("iter/task_file")
int files(struct bpf_iter__task_file *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;

	if (!task || !file)
		return 0;
	BPF_SEQ_PRINTF(seq, "%d fd %d flags 0x%x\n", task->tgid, ctx->fd, file->f_flags);
	return 0;
}
