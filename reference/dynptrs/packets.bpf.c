// SPDX-License-Identifier: GPL-2.0-only
/* Dynptrs of packets: their memory may move when the packet does. */
#include "dynptr.bpf.h"
LICENSE;

struct xdp_md { __u32 data, data_end; };
struct sk_buff;
extern int bpf_dynptr_from_xdp(struct xdp_md *x, __u64 flags, struct bpf_dynptr *ptr__uninit) __ksym;
unsigned at, out;

SEC("socket") int filter(struct __sk_buff *skb)
{
	struct bpf_dynptr d;
	char buffer[14], *eth;

	bpf_dynptr_from_skb(skb, 0, &d);
	eth = bpf_dynptr_slice(&d, 0, buffer, sizeof(buffer));
	return eth ? eth[12] : 0;
}

SEC("socket") int filter_written(struct __sk_buff *skb)
{
	struct bpf_dynptr d;
	char *eth;

	bpf_dynptr_from_skb(skb, 0, &d);
	eth = bpf_dynptr_slice_rdwr(&d, 0, 0, 14);
	if (eth)
		eth[0] = 1;
	return 0;
}

SEC("tc") int rewritten(struct __sk_buff *skb)
{
	struct bpf_dynptr d;
	char buffer[14], *eth;

	bpf_dynptr_from_skb(skb, 0, &d);
	eth = bpf_dynptr_slice_rdwr(&d, 0, buffer, sizeof(buffer));
	if (!eth)
		return 0;
	eth[0] = 1;
	bpf_dynptr_write(&d, 0, buffer, sizeof(buffer), 0);
	return 0;
}

/* Writing may move the packet: what pointed into it points nowhere. */
SEC("tc") int read_after_write(struct __sk_buff *skb)
{
	struct bpf_dynptr d;
	char buffer[14], *eth;

	bpf_dynptr_from_skb(skb, 0, &d);
	eth = bpf_dynptr_slice(&d, 0, buffer, sizeof(buffer));
	if (!eth)
		return 0;
	bpf_dynptr_write(&d, 20, buffer, 4, 0);
	return eth[0];
}

SEC("tc") int read_after_pull(struct __sk_buff *skb)
{
	struct bpf_dynptr d;
	char buffer[14], *eth;

	bpf_dynptr_from_skb(skb, 0, &d);
	eth = bpf_dynptr_slice(&d, 0, buffer, sizeof(buffer));
	if (!eth)
		return 0;
	bpf_skb_pull_data(skb, 20);
	return eth[0];
}

SEC("tc") int data_of_packet(struct __sk_buff *skb)
{
	struct bpf_dynptr d;
	int *v;

	bpf_dynptr_from_skb(skb, 0, &d);
	v = bpf_dynptr_data(&d, at, 4);
	return v ? *v : 0;
}

SEC("xdp") int headers(struct xdp_md *xdp)
{
	struct bpf_dynptr d;
	char buffer[14], *eth;

	bpf_dynptr_from_xdp(xdp, 0, &d);
	eth = bpf_dynptr_slice_rdwr(&d, at, buffer, sizeof(buffer));
	if (!eth)
		return 1;
	eth[3] = bpf_dynptr_size(&d);
	return 2;
}

SEC("xdp") int headers_unchecked(struct xdp_md *xdp)
{
	struct bpf_dynptr d;
	char *eth;

	bpf_dynptr_from_xdp(xdp, 0, &d);
	eth = bpf_dynptr_slice(&d, at, 0, 14);
	return eth[0];
}

SEC("xdp") int head_moved(struct xdp_md *xdp)
{
	struct bpf_dynptr d;
	char *eth;

	bpf_dynptr_from_xdp(xdp, 0, &d);
	eth = bpf_dynptr_slice(&d, at, 0, 14);
	if (!eth)
		return 1;
	bpf_xdp_adjust_head(xdp, 4);
	return eth[0] & 1;
}

SEC("xdp") int not_the_context(struct xdp_md *xdp)
{
	struct bpf_dynptr d;

	return bpf_dynptr_from_xdp((void *)&d, 0, &d);
}

SEC("xdp") int of_a_socket(struct xdp_md *xdp)
{
	struct bpf_dynptr d;

	return bpf_dynptr_from_skb((void *)xdp, 0, &d);
}

SEC("raw_tp") int no_packet(void *ctx)
{
	struct bpf_dynptr d;

	return bpf_dynptr_from_skb(ctx, 0, &d);
}

/* The kernel's own structure of a packet does as well. */
SEC("tp_btf/kfree_skb") int freed(__u64 *ctx)
{
	struct bpf_dynptr d;
	char v;

	if (bpf_dynptr_from_skb((void *)ctx[0], 0, &d))
		return 0;
	bpf_dynptr_read(&v, 1, &d, 0, 0);
	out = v;
	return 0;
}
