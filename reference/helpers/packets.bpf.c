// SPDX-License-Identifier: GPL-2.0-only
// Helpers that move packets, maps of other kinds, tail calls, packet loads, functions that may sleep.
#include "../iterscope.bpf.h"
LICENSE;

struct __sk_buff { __u32 pad[19]; __u32 data; __u32 data_end; };
struct { __uint(type, 3); __uint(max_entries, 4); __type(key, __u32); __type(value, __u32); } programs SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64); } hash SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); } percpu SEC(".maps");
struct { __uint(type, 22); __uint(max_entries, 4); __type(value, __u64); } queue SEC(".maps");
struct { __uint(type, 27); __uint(max_entries, 4096); } ring SEC(".maps");
extern void bpf_preempt_disable(void) __ksym;
extern void bpf_preempt_enable(void) __ksym;

#define START void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end; if (data + 8 > end) return 0
SEC("tc") int still_there(struct __sk_buff *skb) { START; bpf_get_hash_recalc(skb); return *(int *)data; }
SEC("tc") int pulled_away(struct __sk_buff *skb) { START; bpf_skb_pull_data(skb, 8); return *(int *)data; }
SEC("tc") int end_pulled_away(struct __sk_buff *skb) { START; bpf_skb_pull_data(skb, 8); data = (void *)(long)skb->data; if (data + 8 > end) return 0; return *(int *)data; }
SEC("tc") int pulled_and_looked_again(struct __sk_buff *skb) { bpf_skb_pull_data(skb, 8); START; return *(int *)data; }
__noinl int pulls(struct __sk_buff *skb) { return bpf_skb_pull_data(skb, 8); }
__noinl int pulls_through(struct __sk_buff *skb) { return pulls(skb); }
__noinl int looks(struct __sk_buff *skb) { return skb->pad[0]; }
SEC("tc") int pulled_by_function(struct __sk_buff *skb) { START; pulls_through(skb); return *(int *)data; }
SEC("tc") int kept_by_function(struct __sk_buff *skb) { START; looks(skb); return *(int *)data; }
SEC("tc") int loads_bytes(struct __sk_buff *skb) { int x; if (bpf_skb_load_bytes(skb, 4, &x, 4)) return 0; return x; }
SEC("tc") int loads_too_much(struct __sk_buff *skb) { int x; bpf_skb_load_bytes(skb, 4, &x, 8); return x; }
SEC("tc") int loads_unknown(struct __sk_buff *skb) { char x[16] = {}; __u32 n = bpf_get_prandom_u32(); if (n < 1 || n > 16) return 0; bpf_skb_load_bytes(skb, 0, x, n); return x[3]; }
SEC("tc") int stores_bytes(struct __sk_buff *skb) { int x = 1; START; bpf_skb_store_bytes(skb, 0, &x, 4, 0); return *(int *)data; }
SEC("tc") int checksums(struct __sk_buff *skb) { __be32 x[2] = {}; START; return bpf_csum_diff(x, 8, data, 8, 0) + bpf_csum_diff(0, 0, x, 4, 0); }
SEC("tc") int checksums_null(struct __sk_buff *skb) { return bpf_csum_diff(0, 4, 0, 0, 0); }
SEC("tc") int mtu(struct __sk_buff *skb) { __u32 len = 0; return bpf_check_mtu(skb, 1, &len, 0, 0) + len; }
SEC("tc") __naked int mtu_misaligned(void) { asm volatile("r2 = 0; *(u64 *)(r10 - 8) = r2; r2 = 1; r3 = r10; r3 += -7; r4 = 0; r5 = 0; call 163; r0 = 0; exit;"); }
SEC("tc") int number_from_text(struct __sk_buff *skb) { char t[4] = "12"; unsigned long n; return bpf_strtoul(t, 4, 0, &n) + n; }
SEC("socket") int cookie(struct __sk_buff *skb) { return bpf_get_netns_cookie(skb) + bpf_get_netns_cookie(0); }

/* Kinds of map. */
SEC("raw_tp") int looks_up_programs(void *ctx) { __u32 k = 0; return bpf_map_lookup_elem(&programs, &k) != 0; }
SEC("raw_tp") int looks_up_ring(void *ctx) { __u32 k = 0; return bpf_map_lookup_elem(&ring, &k) != 0; }
SEC("raw_tp") int ring_output(void *ctx) { __u64 x = 1; return bpf_ringbuf_output(&ring, &x, 8, 0) + bpf_ringbuf_query(&ring, 0); }
SEC("raw_tp") int ring_output_to_hash(void *ctx) { __u64 x = 1; return bpf_ringbuf_output(&hash, &x, 8, 0); }
SEC("raw_tp") int queues(void *ctx) { __u64 x = 1; bpf_map_push_elem(&queue, &x, 0); bpf_map_peek_elem(&queue, &x); return bpf_map_pop_elem(&queue, &x) + x; }
SEC("raw_tp") int pops_hash(void *ctx) { __u64 x; return bpf_map_pop_elem(&hash, &x); }
SEC("raw_tp") int other_cpu(void *ctx) { __u32 k = 0; __u64 *v = bpf_map_lookup_percpu_elem(&percpu, &k, 0); return v ? *v : 0; }
SEC("raw_tp") int other_cpu_unchecked(void *ctx) { __u32 k = 0; __u64 *v = bpf_map_lookup_percpu_elem(&percpu, &k, 0); return *v; }
static long each(void *map, void *key, void *value, void *ctx) { return 0; }
SEC("raw_tp") int each_of_queue(void *ctx) { return bpf_for_each_map_elem(&queue, each, 0, 0); }
SEC("raw_tp") int stack(void *ctx) { __u64 x[4]; long n = bpf_get_stack(ctx, x, sizeof(x), 0); return n > 8 ? x[n / 8 - 1] : 0; }

/* Tail calls. */
SEC("tc") int calls_on(struct __sk_buff *skb) { bpf_tail_call(skb, &programs, 1); return 0; }
SEC("tc") int calls_on_unknown(struct __sk_buff *skb) { bpf_tail_call(skb, &programs, skb->pad[2]); return 0; }
SEC("tc") int calls_on_beyond(struct __sk_buff *skb) { bpf_tail_call(skb, &programs, 9); return 0; }
SEC("tc") int calls_on_hash(struct __sk_buff *skb) { bpf_tail_call(skb, &hash, 1); return 0; }
SEC("tc") int calls_on_holding(struct __sk_buff *skb) { struct bpf_iter_num it; bpf_iter_num_new(&it, 0, 3); bpf_tail_call(skb, &programs, 1); bpf_iter_num_destroy(&it); return 0; }
SEC("tc") int calls_on_without_preemption(struct __sk_buff *skb) { bpf_preempt_disable(); bpf_tail_call(skb, &programs, 1); bpf_preempt_enable(); return 0; }
SEC("tc") int loses_packet(struct __sk_buff *skb) { START; bpf_tail_call(skb, &programs, 1); return *(int *)data; }
static __noinl int goes_on(struct __sk_buff *skb) { bpf_tail_call(skb, &programs, 2); return 1; }
SEC("tc") int calls_on_inside(struct __sk_buff *skb) { return goes_on(skb); }
SEC("tc") int calls_on_inside_deep(struct __sk_buff *skb) { char x[300]; x[bpf_get_prandom_u32() & 255] = 1; hide(skb); return goes_on(skb) + x[3]; }
SEC("tc") int calls_on_inside_losing(struct __sk_buff *skb) { START; goes_on(skb); return *(int *)data; }

/* Packet loads. */
#define LOAD(name, body) SEC("socket") __naked int name(void) { asm volatile(body); }
LOAD(loads_byte, "r6 = r1; r0 = *(u8 *)skb[3]; exit;")
LOAD(loads_at_register, "r6 = r1; r2 = 4; r0 = *(u32 *)skb[r2]; exit;")
LOAD(without_context, "r0 = *(u8 *)skb[3]; exit;")
LOAD(wrong_register, "r6 = r10; r0 = *(u8 *)skb[3]; exit;")
LOAD(clobbers, "r6 = r1; r7 = 1; r2 = 2; r0 = *(u8 *)skb[3]; r0 += r7; r0 += r2; exit;")
LOAD(moved_context, "r6 = r1; r6 += 4; r0 = *(u8 *)skb[3]; exit;")
LOAD(result_unknown, "r6 = r1; r0 = *(u8 *)skb[3]; if r0 < 256 goto +1; r0 = *(u64 *)(r10 + 8); exit;")

static __naked __noinl __attribute__((used)) int load_inside(struct __sk_buff *skb) { asm volatile("r6 = r1; r0 = *(u8 *)skb[3]; r0 += 1; exit;"); }
SEC("socket") __naked int loads_inside(void) { asm volatile("call load_inside; if r0 < 257 goto +1; r0 = *(u64 *)(r10 + 8); exit;"); }
SEC("socket") __naked int loads_inside_zero(void) { asm volatile("call load_inside; if r0 > 0 goto +1; r0 = *(u64 *)(r10 + 8); exit;"); }
static long goes_on_in_callback(int i, struct __sk_buff **skb) { bpf_tail_call(*skb, &programs, 2); return 0; }
SEC("tc") int calls_on_in_callback(struct __sk_buff *skb) { bpf_loop(2, goes_on_in_callback, &skb, 0); return 0; }
static __noinl int precise_on(struct __sk_buff *skb, int n) { bpf_tail_call(skb, &programs, 2); return n; }
SEC("tc") int result_is_offset(struct __sk_buff *skb) { char x[16] = {}; int n = precise_on(skb, 3); hide(n); n &= 7; return x[n]; }

/* Functions that may sleep. */
__noinl int sleeps(int n) { int x = 0; bpf_copy_from_user(&x, 4, 0); return x + n; }
__noinl int sleeps_through(int n) { return sleeps(n) + 1; }
SEC("syscall") int may_sleep(void *ctx) { return sleeps_through(1); }
SEC("tc") int may_not_sleep(struct __sk_buff *skb) { return sleeps_through(1); }
SEC("syscall") int not_without_preemption(void *ctx) { bpf_preempt_disable(); sleeps(1); bpf_preempt_enable(); return 0; }
SEC("syscall") int not_in_read_section(void *ctx) { bpf_rcu_read_lock(); sleeps(1); bpf_rcu_read_unlock(); return 0; }
SEC("syscall") int helper_in_read_section(void *ctx) { int x; bpf_rcu_read_lock(); bpf_copy_from_user(&x, 4, 0); bpf_rcu_read_unlock(); return 0; }
SEC("syscall") int helper_without_preemption(void *ctx) { int x; bpf_preempt_disable(); bpf_copy_from_user(&x, 4, 0); bpf_preempt_enable(); return 0; }

SEC("syscall") int sleepable_calls_on(void *ctx) { bpf_tail_call(ctx, &programs, 1); return 0; }
SEC("tc") int result_is_used(struct __sk_buff *skb) { int n = goes_on(skb); hide(n); return n + 2; }
struct bpf_user_pt_regs_t { int x; };
__noinl int regs_by_structure(struct bpf_user_pt_regs_t *ctx) { return ctx != 0; }
SEC("kprobe/f") int regs_as_structure(void *ctx) { return regs_by_structure(ctx); }

/* The area at an address. */
static long area(struct task_struct *t, void *vma, int *seen) { *seen = 1; return 0; }
static long area_bad(struct task_struct *t, void *vma, int *seen) { return 7; }
SEC("raw_tp") int finds_area(void *ctx) { int seen = 0; struct task_struct *t = (void *)bpf_get_current_task_btf(); bpf_find_vma(t, 0x1000, (void *)area, &seen, 0); return seen; }
SEC("raw_tp") int finds_area_badly(void *ctx) { int seen = 0; struct task_struct *t = (void *)bpf_get_current_task_btf(); bpf_find_vma(t, 0x1000, (void *)area_bad, &seen, 0); return seen; }
