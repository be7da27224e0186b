#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

int count;

/* Counts threads, and prints the sum at the last call. Every file is to say the number of its own threads, whatever count was before. */
SEC("iter/task")
int count_threads(struct bpf_iter__task *ctx)
{
	if (ctx->task) {
		count++;
		return 0;
	}
	BPF_SEQ_PRINTF(ctx->meta->seq, "%d threads\n", count);
	return 0;
}
