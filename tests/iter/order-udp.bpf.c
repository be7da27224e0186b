/* SPDX-License-Identifier: GPL-2.0-only */
#include "sockets.h"

/* In which order the kernel has its sockets: a secret of each machine decides. The world that is recorded lists them so. */
SEC("iter/udp")
int order(struct bpf_iter__udp *ctx)
{
	struct udp_sock *sk = ctx->udp_sk;

	if (sk) {
		PRINT(ctx->meta->seq, "%d ", ctx->bucket);
		print_ends(ctx->meta->seq, &sk->inet.sk.__sk_common, __builtin_bswap16(sk->inet.inet_sport));
		PRINT(ctx->meta->seq, " %lu", inode_of(&sk->inet.sk));
		SAY(ctx->meta->seq, "\n");
	}
	return 0;
}
