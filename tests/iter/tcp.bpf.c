/* SPDX-License-Identifier: GPL-2.0-only */
#include "sockets.h"

/* Of a second: /proc does not tell ticks, which are 250 a second. */
static inline __u64 hundredths(__u64 ticks)
{
	return ticks * 2 / 5;
}

static __attribute__((noinline)) int tcp_socket(struct seq_file *seq, struct tcp_sock *tp)
{
	struct inet_connection_sock *icsk = &tp->inet_conn;
	struct sock *sk = &icsk->icsk_inet.sk;
	bool listens = sk->__sk_common.skc_state == TCP_LISTEN;

	PRINT(seq, "  tx %u rx %u retransmits %u probes %u timer %d:%d:%d ino %lu %lu", tp->write_seq - tp->snd_una,
	      listens ? sk->sk_ack_backlog : tp->rcv_nxt - tp->copied_seq, icsk->icsk_retransmits, icsk->icsk_probes_out,
	      icsk->icsk_pending, icsk->icsk_retransmit_timer.entry.pprev != 0, sk->sk_timer.entry.pprev != 0, inode_of(sk),
	      sk->sk_ino);
	PRINT(seq, " rto %llu ato %llu quick %u pingpong %u cwnd %u ssthresh %u type %u:%u net %u six %d\n", hundredths(icsk->icsk_rto),
	      hundredths(icsk->icsk_ack.ato), icsk->icsk_ack.quick, icsk->icsk_ack.pingpong, tp->snd_cwnd,
	      listens ? icsk->icsk_accept_queue.fastopenq.max_qlen : tp->snd_ssthresh, sk->sk_type, sk->sk_protocol,
	      sk->__sk_common.skc_net.net->ns.inum, icsk->icsk_inet.pinet6 != 0);
	if (listens)
		PRINT(seq, "  at most %u\n", sk->sk_max_ack_backlog);
	return 0;
}

SEC("iter/tcp")
int tcp(struct bpf_iter__tcp *ctx)
{
	struct sock_common *sk = ctx->sk_common;
	struct seq_file *seq = ctx->meta->seq;
	struct tcp_timewait_sock *waits;
	struct tcp_request_sock *asked;
	struct tcp6_sock *six;
	struct tcp_sock *tp;

	if (!sk) {
		PRINT(seq, "end %lld uid %u\n", ctx->meta->seq_num, ctx->uid);
		return 0;
	}
	tp = bpf_skc_to_tcp_sock(sk);
	six = bpf_skc_to_tcp6_sock(sk);
	waits = bpf_skc_to_tcp_timewait_sock(sk);
	asked = bpf_skc_to_tcp_request_sock(sk);
	PRINT(seq, "%llu: family %d state %d uid %u references %d %s ", ctx->meta->seq_num, sk->skc_family, sk->skc_state, ctx->uid,
	      sk->skc_refcnt.refs.counter, (__u64)sk->skc_prot->name);
	print_ends(seq, sk, sk->skc_num);
	PRINT(seq, " is %d %d %d %d %d %d\n", tp != 0, six != 0, waits != 0, asked != 0, bpf_skc_to_udp6_sock(sk) != 0,
	      bpf_skc_to_unix_sock(sk) != 0);
	if (waits)
		PRINT(seq, "  waits, %u port %u timer %d\n", waits->tw_sk.tw_substate, __builtin_bswap16(waits->tw_sk.tw_sport),
		      waits->tw_sk.tw_timer.entry.pprev != 0);
	if (asked) {
		struct sock *listener = 0;

		bpf_probe_read_kernel(&listener, sizeof(listener), &asked->req.req.__req_common.skc_listener);
		PRINT(seq, "  asked, timer %d, of %lu\n", asked->req.req.rsk_timer.entry.pprev != 0,
		      inode_at(listener));
	}
	if (tp)
		tcp_socket(seq, tp);
	return 0;
}
