/* SPDX-License-Identifier: GPL-2.0-only */
#include "sockets.h"

/* In which order the kernel has its sockets: a secret of each machine decides. The world that is recorded lists them so. */
SEC("iter/tcp")
int order(struct bpf_iter__tcp *ctx)
{
	struct sock_common *sk = ctx->sk_common;

	if (sk) {
		print_ends(ctx->meta->seq, sk, sk->skc_num);
		SAY(ctx->meta->seq, "\n");
	}
	return 0;
}
