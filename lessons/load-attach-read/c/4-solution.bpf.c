#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

int count;

/* Counts threads, and prints the sum at the last call. */
SEC("iter/task")
int count_threads(struct bpf_iter__task *ctx)
{
	if (ctx->task) {
		if (ctx->meta->seq_num == 0)
			count = 0;
		count++;
		return 0;
	}
	BPF_SEQ_PRINTF(ctx->meta->seq, "%d threads\n", count);
	return 0;
}
