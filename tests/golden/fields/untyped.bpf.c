// SPDX-License-Identifier: GPL-2.0-only
// A map that gives sizes, not types, has no fields, and one whose fields make no sense together has none either.
#include "fields.bpf.h"

struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8); __uint(key_size, 4); __uint(value_size, sizeof(struct alarm)); } sized SEC(".maps");
struct twice { struct bpf_timer a, b; };
MAP(doubled, BPF_MAP_TYPE_HASH, twice);
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 8); __type(key, int); __type(value, struct alarm); } percpu SEC(".maps");

SEC("tc") int no_types(struct __sk_buff *skb) { VALUE(alarm, sized); return bpf_timer_init(&alarm->timer, &sized, 1); }
SEC("tc") int bytes(struct __sk_buff *skb) { VALUE(alarm, sized); alarm->timer.__opaque[0] = 1; return 0; }
SEC("tc") int two(struct __sk_buff *skb) { VALUE(twice, doubled); return bpf_timer_init(&twice->a, &doubled, 1); }
SEC("tc") int two_bytes(struct __sk_buff *skb) { VALUE(twice, doubled); return twice->b.__opaque[1]; }
SEC("tc") int wrong_kind(struct __sk_buff *skb) { VALUE(alarm, percpu); return bpf_timer_init(&alarm->timer, &percpu, 1); }
SEC("raw_tp") int wrong_kind_bytes(void *ctx) { VALUE(alarm, percpu); return alarm->timer.__opaque[1]; }
