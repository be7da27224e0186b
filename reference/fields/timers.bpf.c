// SPDX-License-Identifier: GPL-2.0-only
// Timers and work queues: functions that the kernel calls later.
#include "fields.bpf.h"

static int tick(void *map, int *key, struct alarm *a) { a->n++; bpf_timer_start(&a->timer, 1000, 0); return 0; }
static int says_one(void *map, int *key, struct alarm *a) { return 1; }
static int rearms(void *map, int *key, struct alarm *a) { bpf_timer_set_callback(&a->timer, rearms); return 0; }
static int touches(void *map, int *key, struct alarm *a) { return *(volatile __u64 *)&a->timer; }
static int works_on(void *map, int *key, void *value) { struct later *l = value; l->n += *key; return 0; }

#define TIMER(name, callback) \
	SEC("tc") int name(struct __sk_buff *skb) { VALUE(alarm, alarms); bpf_timer_init(&alarm->timer, &alarms, 1); bpf_timer_set_callback(&alarm->timer, callback); bpf_timer_start(&alarm->timer, 1000, 0); return bpf_timer_cancel(&alarm->timer); }
TIMER(ticks, tick)
TIMER(returns_one, says_one)
TIMER(sets_itself, rearms)
TIMER(reads_timer, touches)
SEC("tc") int wrong_place(struct __sk_buff *skb) { VALUE(alarm, alarms); return bpf_timer_start((void *)&alarm->n, 1000, 0); }
SEC("tc") int wrong_map(struct __sk_buff *skb) { VALUE(alarm, alarms); return bpf_timer_init(&alarm->timer, &owners, 1); }
SEC("tc") int no_timer(struct __sk_buff *skb) { VALUE(owner, owners); return bpf_timer_cancel((void *)&owner->n); }
SEC("tc") int overwrites(struct __sk_buff *skb) { VALUE(alarm, alarms); *(volatile __u64 *)&alarm->timer = 0; return 0; }
SEC("raw_tp") int traced(void *ctx) { VALUE(alarm, alarms); return 0; }
SEC("syscall") int queues(void *ctx) { VALUE(later, works); bpf_wq_init(&later->wq, &works, 0); bpf_wq_set_callback_impl(&later->wq, works_on, 0, 0); return bpf_wq_start(&later->wq, 0); }
SEC("syscall") int no_queue(void *ctx) { VALUE(owner, owners); return bpf_wq_start((void *)&owner->n, 0); }
SEC("kprobe") int traced_queue(void *ctx) { VALUE(later, works); return later->n; }
