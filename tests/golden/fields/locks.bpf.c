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

struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, int); __type(value, struct locked); } single SEC(".maps");
struct locked global_locked SEC(".data.locks");

static __noinl int quiet(struct locked *v) { v->n += 2; return 0; }
__noinl int global_function(int a) { return a + 1; }

SEC("tc") int locks_once(struct __sk_buff *skb) { VALUE(locked, locks); bpf_spin_lock(&locked->lock); locked->n++; bpf_spin_unlock(&locked->lock); return 0; }
SEC("tc") int never_unlocks(struct __sk_buff *skb) { VALUE(locked, locks); bpf_spin_lock(&locked->lock); locked->n++; return 0; }
SEC("tc") int unlocks_on_one_path(struct __sk_buff *skb)
{
	VALUE(locked, locks);
	bpf_spin_lock(&locked->lock);
	if (locked->n > 3)
		return 1;
	bpf_spin_unlock(&locked->lock);
	return 0;
}
SEC("tc") int locks_twice(struct __sk_buff *skb) { VALUE(locked, locks); bpf_spin_lock(&locked->lock); bpf_spin_lock(&locked->lock); bpf_spin_unlock(&locked->lock); return 0; }
SEC("tc") int only_unlocks(struct __sk_buff *skb) { VALUE(locked, locks); bpf_spin_unlock(&locked->lock); return 0; }
SEC("tc") int another_element(struct __sk_buff *skb)
{
	int key = 1;
	VALUE(locked, locks);
	struct locked *other = bpf_map_lookup_elem(&locks, &key);
	if (!other)
		return 0;
	bpf_spin_lock(&locked->lock);
	bpf_spin_unlock(&other->lock);
	return 0;
}
SEC("tc") int calls_helper(struct __sk_buff *skb) { VALUE(locked, locks); bpf_spin_lock(&locked->lock); locked->n = bpf_get_prandom_u32(); bpf_spin_unlock(&locked->lock); return 0; }
SEC("tc") int calls_static(struct __sk_buff *skb) { VALUE(locked, locks); bpf_spin_lock(&locked->lock); quiet(locked); bpf_spin_unlock(&locked->lock); return 0; }
SEC("tc") int calls_global(struct __sk_buff *skb) { VALUE(locked, locks); bpf_spin_lock(&locked->lock); locked->n = global_function(1); bpf_spin_unlock(&locked->lock); return 0; }
SEC("tc") int loops(struct __sk_buff *skb)
{
	VALUE(locked, locks);
	bpf_spin_lock(&locked->lock);
	for (int i = 0; i < 8; i++)
		locked->n += i;
	bpf_spin_unlock(&locked->lock);
	return 0;
}
SEC("tc") int in_global(struct __sk_buff *skb) { bpf_spin_lock(&global_locked.lock); global_locked.n++; bpf_spin_unlock(&global_locked.lock); return 0; }
SEC("tc") int elsewhere(struct __sk_buff *skb) { VALUE(locked, locks); bpf_spin_lock((void *)&locked->n); return 0; }
SEC("tc") int on_stack(struct __sk_buff *skb) { struct bpf_spin_lock l = {}; bpf_spin_lock(&l); return 0; }
