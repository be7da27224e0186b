/* SPDX-License-Identifier: GPL-2.0-only */
#include "sockets.h"

SEC("iter/udp")
int udp(struct bpf_iter__udp *ctx)
{
	struct udp_sock *udp = ctx->udp_sk;
	struct seq_file *seq = ctx->meta->seq;
	struct sock *sk;

	if (!udp) {
		PRINT(seq, "end %lld uid %u bucket %d\n", ctx->meta->seq_num, ctx->uid, ctx->bucket);
		return 0;
	}
	sk = &udp->inet.sk;
	PRINT(seq, "%llu: bucket %d family %d state %d uid %u %u references %d %s ", ctx->meta->seq_num, ctx->bucket,
	      sk->__sk_common.skc_family, sk->__sk_common.skc_state, ctx->uid, sk->sk_uid.val, sk->__sk_common.skc_refcnt.refs.counter,
	      (__u64)sk->__sk_common.skc_prot->name);
	print_ends(seq, &sk->__sk_common, __builtin_bswap16(udp->inet.inet_sport));
	PRINT(seq, " tx %d rx %d ino %lu six %d is %d %d\n", sk->sk_wmem_alloc.refs.counter - 1,
	      sk->sk_backlog.rmem_alloc.counter - udp->forward_deficit, inode_of(sk), bpf_skc_to_udp6_sock(udp) != 0,
	      bpf_skc_to_tcp_sock(udp) != 0, bpf_skc_to_unix_sock(udp) != 0);
	PRINT(seq, "  drops %d %d type %u:%u\n", udp->drop_counters.drops0.counter + udp->drop_counters.drops1.counter, sk->sk_drops.counter,
	      sk->sk_type, sk->sk_protocol);
	return 0;
}
