/* SPDX-License-Identifier: GPL-2.0-only */
#include "sockets.h"

static char filler[1000];

/* So much for each socket that the buffer becomes full before the last of them. */
SEC("iter/unix")
int unix_long(struct bpf_iter__unix *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct unix_sock *sk = ctx->unix_sk;

	if (!sk) {
		SAY(seq, "end\n");
		return 0;
	}
	PRINT(seq, "%llu %lu\n", ctx->meta->seq_num, inode_of(&sk->sk));
	bpf_seq_write(seq, filler, sizeof(filler));
	return 0;
}
