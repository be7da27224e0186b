/* SPDX-License-Identifier: GPL-2.0-only */
#include "sockets.h"

/* In which order the kernel has its sockets: a secret of each machine decides. The world that is recorded lists them so. */
SEC("iter/unix")
int order(struct bpf_iter__unix *ctx)
{
	struct unix_sock *sk = ctx->unix_sk;

	if (sk) {
		PRINT(ctx->meta->seq, "%u %lu", sk->sk.__sk_common.skc_hash, inode_of(&sk->sk));
		SAY(ctx->meta->seq, "\n");
	}
	return 0;
}
