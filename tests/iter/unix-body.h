/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once
#include "sockets.h"

/* A line for a socket: what it is, whose, and its name. */
static __attribute__((noinline)) int print_unix(struct seq_file *seq, struct unix_sock *unix_sk, __u64 number, unsigned int uid)
{
	struct sock *sk = &unix_sk->sk;
	struct unix_address *addr = unix_sk->addr;
	char name[128] = "";
	unsigned int length, i;

	PRINT(seq, "%llu: bucket %u type %u state %d uid %u references %d %s ino %lu peer %lu backlog %u/%u", number, sk->__sk_common.skc_hash, sk->sk_type,
	      sk->__sk_common.skc_state, uid, sk->__sk_common.skc_refcnt.refs.counter, (__u64)sk->__sk_common.skc_prot->name, inode_of(sk),
	      unix_sk->peer ? inode_of(unix_sk->peer) : 0, sk->__sk_common.skc_state == TCP_LISTEN ? sk->sk_ack_backlog : 0,
	      sk->__sk_common.skc_state == TCP_LISTEN ? sk->sk_max_ack_backlog : 0);
	PRINT(seq, " is %d %d", bpf_skc_to_unix_sock(unix_sk) != 0, bpf_skc_to_tcp_sock(unix_sk) != 0);
	if (!addr) {
		SAY(seq, "\n");
		return 0;
	}
	length = addr->len;
	PRINT(seq, " length %u ", length);
	length = (length - 2) & 127;
	bpf_probe_read_kernel(name, length, addr->name[0].sun_path);
	for (i = 0; i < sizeof(name) && i < length; i++)
		PRINT(seq, "%c", name[i] ? name[i] : '@');
	SAY(seq, "\n");
	return 0;
}
