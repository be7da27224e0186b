/* SPDX-License-Identifier: GPL-2.0-only */
#include "sockets.h"

/* Every third call asks to be made again: the kernel goes on behind that socket, and leaves it out. */
static int calls;

SEC("iter/unix")
int unix_again(struct bpf_iter__unix *ctx)
{
	struct unix_sock *sk = ctx->unix_sk;

	if (!sk) {
		PRINT(ctx->meta->seq, "end after %lld\n", ctx->meta->seq_num);
		return 0;
	}
	PRINT(ctx->meta->seq, "%llu %lu\n", ctx->meta->seq_num, inode_of(&sk->sk));
	return calls++ % 3 == 2;
}
