/* SPDX-License-Identifier: GPL-2.0-only */
#include "sockets.h"

/* Every third call asks to be made again. */
static int calls;

SEC("iter/tcp")
int tcp_again(struct bpf_iter__tcp *ctx)
{
	struct sock_common *sk = ctx->sk_common;

	if (!sk) {
		PRINT(ctx->meta->seq, "end after %lld\n", ctx->meta->seq_num);
		return 0;
	}
	PRINT(ctx->meta->seq, "%llu %d:%u\n", ctx->meta->seq_num, sk->skc_state, sk->skc_num);
	return calls++ % 3 == 2;
}
