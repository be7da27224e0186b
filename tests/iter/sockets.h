/* SPDX-License-Identifier: GPL-2.0-only */
/* What the iterator programs over sockets share. */
#pragma once
#include "iter.h"

#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define TCP_LISTEN 10

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct in6_addr { union { __u32 u6_addr32[4]; } in6_u; };
struct hlist_node { struct hlist_node *next, **pprev; };
struct timer_list { struct hlist_node entry; unsigned long expires; };
struct ns_common { unsigned int inum; };
struct net { struct ns_common ns; };
typedef struct { struct net *net; } possible_net_t;
struct proto { char name[32]; };
typedef struct { int counter; } atomic_t;
typedef struct refcount_struct { atomic_t refs; } refcount_t;
typedef struct { __u32 val; } kuid_t;
struct sock;
struct sock_common {
	__be32 skc_daddr, skc_rcv_saddr;
	unsigned int skc_hash;
	__be16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	int skc_bound_dev_if;
	struct proto *skc_prot;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
	struct sock *skc_listener;
	refcount_t skc_refcnt;
};
struct file;
typedef enum { SS_FREE = 0 } socket_state;
struct socket { socket_state state; short type; struct file *file; struct sock *sk; };
struct socket_alloc { struct socket socket; struct inode vfs_inode; };
struct sock {
	struct sock_common __sk_common;
	atomic_t sk_drops;
	struct { atomic_t rmem_alloc; } sk_backlog;
	struct socket *sk_socket;
	refcount_t sk_wmem_alloc;
	struct timer_list sk_timer;
	kuid_t sk_uid;
	__u16 sk_protocol, sk_type;
	__u32 sk_ack_backlog, sk_max_ack_backlog;
	unsigned long sk_ino;
};
struct ipv6_pinfo;
struct inet_sock { struct sock sk; struct ipv6_pinfo *pinet6; __be16 inet_sport; };
struct fastopen_queue { int max_qlen; };
struct request_sock_queue { struct fastopen_queue fastopenq; };
struct inet_connection_sock {
	struct inet_sock icsk_inet;
	struct request_sock_queue icsk_accept_queue;
	struct timer_list icsk_retransmit_timer;
	__u32 icsk_rto;
	__u8 icsk_retransmits, icsk_pending, icsk_probes_out;
	struct { __u8 quick, pingpong; __u32 ato: 8; } icsk_ack;
};
struct tcp_sock {
	struct inet_connection_sock inet_conn;
	__u32 rcv_nxt, copied_seq, write_seq, snd_una, snd_cwnd, snd_ssthresh;
};
struct tcp6_sock { struct tcp_sock tcp; };
struct inet_timewait_sock { struct sock_common __tw_common; unsigned char tw_substate; __be16 tw_sport; struct timer_list tw_timer; };
struct tcp_timewait_sock { struct inet_timewait_sock tw_sk; };
struct request_sock { struct sock_common __req_common; __u8 num_timeout: 7; struct timer_list rsk_timer; struct sock *sk; };
struct inet_request_sock { struct request_sock req; };
struct tcp_request_sock { struct inet_request_sock req; };
struct numa_drop_counters { atomic_t drops0, drops1; };
struct udp_sock { struct inet_sock inet; int forward_deficit; struct numa_drop_counters drop_counters; };
struct udp6_sock { struct udp_sock udp; };
struct sockaddr_un { unsigned short sun_family; char sun_path[108]; };
struct unix_address { refcount_t refcnt; int len; struct sockaddr_un name[0]; };
struct unix_sock { struct sock sk; struct unix_address *addr; struct path path; struct sock *peer; };
struct netlink_sock { struct sock sk; __u32 portid; unsigned long *groups; bool cb_running; };

struct bpf_iter__tcp { struct bpf_iter_meta *meta; struct sock_common *sk_common; __u32 uid; };
struct bpf_iter__udp { struct bpf_iter_meta *meta; struct udp_sock *udp_sk; __u32 uid __attribute__((aligned(8))); int bucket __attribute__((aligned(8))); };
struct bpf_iter__unix { struct bpf_iter_meta *meta; struct unix_sock *unix_sk; __u32 uid; };
struct bpf_iter__netlink { struct bpf_iter_meta *meta; struct netlink_sock *sk; };
#pragma clang attribute pop

/* The inode of a socket's file; 0 where it has none. */
static inline __attribute__((unused)) unsigned long inode_of(struct sock *sk)
{
	struct socket *socket = sk->sk_socket;
	unsigned long ino = 0;

	if (!socket)
		return 0;
	bpf_probe_read_kernel(&ino, sizeof(ino), &__builtin_preserve_access_index(&((struct socket_alloc *)socket)->vfs_inode)->i_ino);
	return ino;
}

/* The same of a socket that may only be read by probing. */
static inline __attribute__((unused)) unsigned long inode_at(struct sock *sk)
{
	struct socket *socket = 0;
	unsigned long ino = 0;

	bpf_probe_read_kernel(&socket, sizeof(socket), &sk->sk_socket);
	if (socket)
		bpf_probe_read_kernel(&ino, sizeof(ino), &__builtin_preserve_access_index(&((struct socket_alloc *)socket)->vfs_inode)->i_ino);
	return ino;
}

/* Both addresses and ports, as /proc/net shows them. */
static inline __attribute__((unused)) void print_ends(struct seq_file *seq, struct sock_common *sk, __u16 port)
{
	if (sk->skc_family == AF_INET) {
		PRINT(seq, "%08X:%04X %08X:%04X", sk->skc_rcv_saddr, port, sk->skc_daddr, __builtin_bswap16(sk->skc_dport));
		return;
	}
	PRINT(seq, "%08X%08X%08X%08X:%04X ", sk->skc_v6_rcv_saddr.in6_u.u6_addr32[0], sk->skc_v6_rcv_saddr.in6_u.u6_addr32[1],
	      sk->skc_v6_rcv_saddr.in6_u.u6_addr32[2], sk->skc_v6_rcv_saddr.in6_u.u6_addr32[3], port);
	PRINT(seq, "%08X%08X%08X%08X:%04X", sk->skc_v6_daddr.in6_u.u6_addr32[0], sk->skc_v6_daddr.in6_u.u6_addr32[1],
	      sk->skc_v6_daddr.in6_u.u6_addr32[2], sk->skc_v6_daddr.in6_u.u6_addr32[3], __builtin_bswap16(sk->skc_dport));
}
