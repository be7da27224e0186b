/* SPDX-License-Identifier: GPL-2.0-only */
#include "sockets.h"

/* In which order the kernel has its sockets: a secret of each machine decides. The world that is recorded lists them so. */
SEC("iter/netlink")
int order(struct bpf_iter__netlink *ctx)
{
	struct netlink_sock *sk = ctx->sk;

	if (sk) {
		PRINT(ctx->meta->seq, "%u %u", sk->sk.sk_protocol, sk->portid);
		SAY(ctx->meta->seq, "\n");
	}
	return 0;
}
