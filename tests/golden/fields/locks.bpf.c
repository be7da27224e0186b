// SPDX-License-Identifier: GPL-2.0-only
// Maps with locks and trees: what no program may touch, and which may not have them.
#include "fields.bpf.h"

SEC("tc") int beside(struct __sk_buff *skb) { VALUE(locked, locks); locked->n = 1; return 0; }
SEC("tc") int overwrites(struct __sk_buff *skb) { VALUE(locked, locks); *(volatile __u32 *)&locked->lock = 0; return 0; }
SEC("tc") int wide(struct __sk_buff *skb) { VALUE(locked, locks); return bpf_probe_read_kernel(locked, sizeof(*locked), 0); }
SEC("tc") int reads_root(struct __sk_buff *skb) { VALUE(tree, trees); return *(volatile __u64 *)&tree->root; }
SEC("raw_tp") int traced_lock(void *ctx) { VALUE(locked, locks); return locked->n; }
SEC("socket") int filter_lock(struct __sk_buff *skb) { VALUE(locked, locks); return locked->n; }
SEC("raw_tp") int traced_tree(void *ctx) { VALUE(tree, trees); return 0; }
