#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/* A line for each thread. Print the heads before the first one, "    tgid      pid\n", and at the last call "    === END ===\n". */
SEC("iter/task")
int table(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;

	if (!task)
		return 0;
	BPF_SEQ_PRINTF(seq, "%8d %8d\n", task->tgid, task->pid);
	return 0;
}
