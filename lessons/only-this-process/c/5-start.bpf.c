#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/* Set before the program is loaded; 0 unless somebody does. */
const volatile int only_pid = 0;

/* One line for each thread of one process. Leave out instead every thread whose process has a smaller number than only_pid. */
SEC("iter/task")
int threads_with_if(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (!task)
		return 0;
	if (task->tgid != only_pid)
		return 0;
	BPF_SEQ_PRINTF(ctx->meta->seq, "%d %d\n", task->tgid, task->pid);
	return 0;
}
