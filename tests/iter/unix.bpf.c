/* SPDX-License-Identifier: GPL-2.0-only */
#include "unix-body.h"

SEC("iter/unix")
int unix_sockets(struct bpf_iter__unix *ctx)
{
	struct unix_sock *sk = ctx->unix_sk;

	if (!sk) {
		PRINT(ctx->meta->seq, "end %lld uid %u\n", ctx->meta->seq_num, ctx->uid);
		return 0;
	}
	return print_unix(ctx->meta->seq, sk, ctx->meta->seq_num, ctx->uid);
}
