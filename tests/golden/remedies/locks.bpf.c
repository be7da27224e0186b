// SPDX-License-Identifier: GPL-2.0-only
// Locks in map values, and formats.
#include "../iterscope.bpf.h"
LICENSE;

struct bpf_spin_lock { __u32 val; };
struct guarded { struct bpf_spin_lock lock; int n; };
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, int); __type(value, struct guarded); } locks SEC(".maps");

__u64 args[1];
char text[32];
static const char wrong[] = "n %y", right[] = "n %d";

#define VALUE(v, key) int k_##v = key; struct guarded *v = bpf_map_lookup_elem(&locks, &k_##v); if (!v) return 0

SEC("tc") int never_unlocks(void *ctx)
{
	VALUE(g, 0);
	bpf_spin_lock(&g->lock);
	g->n++;
	return 0;
}

SEC("tc") int never_unlocks_mended(void *ctx)
{
	VALUE(g, 0);
	bpf_spin_lock(&g->lock);
	g->n++;
	bpf_spin_unlock(&g->lock);
	return 0;
}

SEC("tc") int unlocks_another(void *ctx)
{
	VALUE(g, 0);
	VALUE(h, 1);
	bpf_spin_lock(&g->lock);
	bpf_spin_unlock(&h->lock);
	return 0;
}

SEC("tc") int unlocks_another_mended(void *ctx)
{
	VALUE(g, 0);
	VALUE(h, 1);
	bpf_spin_lock(&g->lock);
	bpf_spin_unlock(&g->lock);
	return h->n & 1;
}

SEC("tc") int calls_while_locked(void *ctx)
{
	VALUE(g, 0);
	bpf_spin_lock(&g->lock);
	g->n = bpf_get_prandom_u32();
	bpf_spin_unlock(&g->lock);
	return 0;
}

SEC("tc") int calls_while_locked_mended(void *ctx)
{
	VALUE(g, 0);
	int n = bpf_get_prandom_u32();

	bpf_spin_lock(&g->lock);
	g->n = n;
	bpf_spin_unlock(&g->lock);
	return 0;
}

SEC("raw_tp") int wrong_format(void *ctx)
{
	return bpf_snprintf(text, sizeof(text), wrong, args, sizeof(args)) & 1;
}

SEC("raw_tp") int wrong_format_mended(void *ctx)
{
	return bpf_snprintf(text, sizeof(text), right, args, sizeof(args)) & 1;
}
