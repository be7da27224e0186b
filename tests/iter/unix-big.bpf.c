/* SPDX-License-Identifier: GPL-2.0-only */
#include "sockets.h"

static char filler[4096];
static int calls;

/* Every fourth call writes more than the buffer holds: the kernel goes on behind that socket, and leaves it out. */
SEC("iter/unix")
int unix_big(struct bpf_iter__unix *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct unix_sock *sk = ctx->unix_sk;
	int i;

	if (!sk) {
		PRINT(seq, "end after %lld\n", ctx->meta->seq_num);
		return 0;
	}
	PRINT(seq, "%llu %lu\n", ctx->meta->seq_num, inode_of(&sk->sk));
	if (calls++ % 4 == 3)
		for (i = 0; i < 9; i++)
			bpf_seq_write(seq, filler, sizeof(filler));
	return 0;
}
