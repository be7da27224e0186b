#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/* A line for each open file. Take the number of the file and its flags (f_flags) from what the call is told, and print nothing at the last call. */
SEC("iter/task_file")
int files(struct bpf_iter__task_file *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	__u32 fd = 0;
	__u32 flags = 0;

	BPF_SEQ_PRINTF(seq, "%d fd %d flags 0x%x\n", task->tgid, fd, flags);
	return 0;
}
