/* SPDX-License-Identifier: GPL-2.0-only */
#include "sockets.h"

SEC("iter/netlink")
int netlink(struct bpf_iter__netlink *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct netlink_sock *netlink = ctx->sk;
	unsigned long group = 0;
	struct sock *sk;

	if (!netlink) {
		PRINT(seq, "end %lld\n", ctx->meta->seq_num);
		return 0;
	}
	sk = &netlink->sk;
	if (netlink->groups)
		bpf_probe_read_kernel(&group, sizeof(group), &netlink->groups[0]);
	PRINT(seq, "%llu: protocol %u port %u groups %08lx rx %d tx %d dumping %d references %d drops %d ino %lu\n", ctx->meta->seq_num,
	      sk->sk_protocol, netlink->portid, group, sk->sk_backlog.rmem_alloc.counter, sk->sk_wmem_alloc.refs.counter - 1,
	      netlink->cb_running, sk->__sk_common.skc_refcnt.refs.counter, sk->sk_drops.counter, inode_of(sk));
	PRINT(seq, "  family %d type %u state %u %s groups %d\n", sk->__sk_common.skc_family, sk->sk_type, sk->__sk_common.skc_state,
	      (__u64)sk->__sk_common.skc_prot->name, netlink->groups != 0);
	return 0;
}
