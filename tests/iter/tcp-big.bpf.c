/* SPDX-License-Identifier: GPL-2.0-only */
#include "sockets.h"

static char filler[4096];

/* For every fourth socket more than the buffer holds: that socket comes again and again. */
SEC("iter/tcp")
int tcp_big(struct bpf_iter__tcp *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct sock_common *sk = ctx->sk_common;
	int i;

	if (!sk) {
		PRINT(seq, "end after %lld\n", ctx->meta->seq_num);
		return 0;
	}
	PRINT(seq, "%llu\n", ctx->meta->seq_num);
	if (ctx->meta->seq_num % 4 == 3)
		for (i = 0; i < 9; i++)
			bpf_seq_write(seq, filler, sizeof(filler));
	return 0;
}
