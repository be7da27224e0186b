/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

/* Every IPv6 route, as /proc/net/ipv6_route shows it. */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct in6_addr { union { __be32 u6_addr32[4]; } in6_u; };
struct rt6key { struct in6_addr addr; int plen; };
struct net_device { char name[16]; };
struct fib_nh_common { struct net_device *nhc_dev; __u8 nhc_gw_family; union { struct in6_addr ipv6; } nhc_gw; };
struct fib6_nh { struct fib_nh_common nh_common; };
struct nexthop { int id; };
typedef struct { int counter; } atomic_t;
typedef struct { atomic_t refs; } refcount_t;
struct fib6_info { refcount_t fib6_ref; struct rt6key fib6_dst, fib6_src; __u32 fib6_flags, fib6_metric; struct nexthop *nh; struct fib6_nh fib6_nh[0]; };
struct bpf_iter__ipv6_route { struct bpf_iter_meta *meta; struct fib6_info *rt; };
#pragma clang attribute pop

#define ADDRESS(seq, of) for (int i = 0; i < 4; i++) PRINT(seq, "%08x", __builtin_bswap32((of).in6_u.u6_addr32[i]))

SEC("iter/ipv6_route")
int routes(struct bpf_iter__ipv6_route *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct fib6_info *rt = ctx->rt;
	struct fib6_nh *hop;

	if (!rt) {
		PRINT(seq, "end after %llu\n", ctx->meta->seq_num);
		return 0;
	}
	hop = rt->fib6_nh;
	ADDRESS(seq, rt->fib6_dst.addr);
	PRINT(seq, " %02x ", rt->fib6_dst.plen);
	ADDRESS(seq, rt->fib6_src.addr);
	PRINT(seq, " %02x via ", rt->fib6_src.plen);
	if (rt->nh)
		SAY(seq, "a group");
	else if (hop->nh_common.nhc_gw_family)
		ADDRESS(seq, hop->nh_common.nhc_gw.ipv6);
	PRINT(seq, " metric %08x refs %08x flags %08x %8s\n", rt->fib6_metric, rt->fib6_ref.refs.counter, rt->fib6_flags, (__u64)hop->nh_common.nhc_dev->name);
	return 0;
}
