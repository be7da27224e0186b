// SPDX-License-Identifier: GPL-2.0-only
// Helpers that change packets, send them elsewhere, or ask where they come from.
#include "../iterscope.bpf.h"
LICENSE;

struct __sk_buff { __u32 len; };
struct xdp_md { __u32 data, data_end; };
struct { __uint(type, 14); __uint(max_entries, 4); __type(key, __u32); __type(value, __u32); } devices SEC(".maps");

#define TC(name, call) SEC("tc") int name(struct __sk_buff *skb) { return call; }
#define XDP(name, call) SEC("xdp") int name(struct xdp_md *xdp) { return call; }

TC(replaces_a_sum_of_layer_3, bpf_l3_csum_replace(skb, 24, 1, 2, 2))
TC(replaces_a_sum_of_layer_4, bpf_l4_csum_replace(skb, 36, 1, 2, 2))
TC(sends_a_copy, bpf_clone_redirect(skb, 1, 0))
TC(sends_it_elsewhere, bpf_redirect(1, 0))
TC(class_of_its_cgroup, bpf_get_cgroup_classid(skb))
TC(id_of_its_cgroup, bpf_skb_cgroup_id(skb) & 1)
TC(realm_of_its_route, bpf_get_route_realm(skb))
TC(user_of_its_socket, bpf_get_socket_uid(skb))
TC(adds_a_vlan_tag, bpf_skb_vlan_push(skb, 0x81, 7))
TC(takes_the_vlan_tag, bpf_skb_vlan_pop(skb))
TC(changes_its_type, bpf_skb_change_type(skb, 0))
TC(changes_its_end, bpf_skb_change_tail(skb, 64, 0))
TC(changes_its_head, bpf_skb_change_head(skb, 14, 0))
TC(makes_room, bpf_skb_adjust_room(skb, 8, 0, 0))
TC(adds_to_the_sum, bpf_csum_update(skb, 1) & 1)
TC(forgets_the_hash, (bpf_set_hash_invalid(skb), 0))
TC(sets_the_hash, bpf_set_hash(skb, 7))
SEC("socket") int bytes_from_a_layer(struct __sk_buff *skb) { __u32 x = 0; bpf_skb_load_bytes_relative(skb, 0, &x, sizeof(x), 1); return x & 1; }
XDP(sends_by_map, bpf_redirect_map(&devices, 0, 0))
XDP(moves_the_metadata, bpf_xdp_adjust_meta(xdp, -8))
XDP(moves_the_end, bpf_xdp_adjust_tail(xdp, -4))
XDP(length_of_all_parts, bpf_xdp_get_buff_len(xdp))
SEC("xdp") int loads_bytes(struct xdp_md *xdp) { __u32 x = 0; bpf_xdp_load_bytes(xdp, 0, &x, sizeof(x)); return x & 1; }
SEC("xdp") int stores_bytes(struct xdp_md *xdp) { __u32 x = 7; bpf_xdp_store_bytes(xdp, 0, &x, sizeof(x)); return 0; }
