// SPDX-License-Identifier: GPL-2.0-only
// Arguments of global functions: what their BTF and tags promise, and what callers may hand over.
#include "../iterscope.bpf.h"
LICENSE;

#define __tag(t) __attribute__((btf_decl_tag("arg:" #t)))
typedef struct pt_regs { unsigned long r15; } bpf_user_pt_regs_t;
struct bpf_raw_tracepoint_args { __u64 args[0]; };
struct __sk_buff { __u32 len; };
struct file___mine { int x; };
struct nowhere { int x; };
struct pair { int a, b; };

__noinl int regs_by_name(bpf_user_pt_regs_t *ctx) { return ctx != 0; }
__noinl int regs_by_tag(struct pt_regs *ctx __tag(ctx)) { return ctx != 0; }
__noinl int words_by_tag(__u64 *ctx __tag(ctx)) { return ctx != 0; }
__noinl int void_by_tag(void *ctx __tag(ctx)) { return ctx != 0; }
__noinl int pair_by_tag(struct pair *ctx __tag(ctx)) { return ctx != 0; }
__noinl int args_by_name(struct bpf_raw_tracepoint_args *ctx) { return ctx != 0; }
SEC("kprobe/f") int kprobe_by_name(void *ctx) { return regs_by_name(ctx); }
SEC("kprobe/f") int kprobe_by_tag(void *ctx) { return regs_by_tag(ctx); }
SEC("kprobe/f") int kprobe_words(void *ctx) { return words_by_tag(ctx); }
SEC("kprobe/f") int kprobe_void(void *ctx) { return void_by_tag(ctx); }
SEC("perf_event") int perf_by_tag(void *ctx) { return regs_by_tag(ctx); }
SEC("raw_tp") int raw_words(void *ctx) { return words_by_tag(ctx); }
SEC("raw_tp") int raw_pair(void *ctx) { return pair_by_tag(ctx); }
SEC("raw_tp") int raw_by_name(void *ctx) { return args_by_name(ctx); }
SEC("tp/a/b") int tp_any(void *ctx) { return pair_by_tag(ctx); }
SEC("raw_tp") int moved_context(void *ctx) { return args_by_name(ctx + 8); }
SEC("raw_tp") int stack_for_context(void *ctx) { __u64 x = 0; return args_by_name((void *)&x); }

__noinl int skb_len(struct __sk_buff *skb) { return skb->len; }
SEC("tc") int tc_by_name(struct __sk_buff *skb) { return skb_len(skb); }
SEC("cgroup_skb/ingress") int cgroup_by_name(struct __sk_buff *skb) { return skb_len(skb) & 1; }

__noinl int sum(struct pair *p) { return p ? p->a + p->b : 0; }
__noinl int sum_nonnull(struct pair *p __tag(nonnull)) { return p->a + p->b; }
__noinl int bad_nullable(struct pair *p __tag(nullable)) { return p != 0; }
__noinl int unknown_tag(struct pair *p __tag(sometimes)) { return p != 0; }
__noinl int tagged_number(int p __tag(nonnull)) { return p; }
__noinl int ctx_and_more(struct pair *p __tag(ctx) __tag(nonnull)) { return p != 0; }
__noinl int too_wide(char (*p)[0xfffffffcu]) { return p != 0; }
__noinl int sized_by_pointer(void *p) { return p != 0; }
SEC("raw_tp") int memory_from_stack(void *ctx) { struct pair p = { 1, 2 }; return sum(&p) + sum(0) + sum_nonnull(&p); }
/* The kernel lets NULL pass where it was promised not to be. */
SEC("raw_tp") int null_for_nonnull(void *ctx) { return bpf_get_current_task_btf() ? sum_nonnull(0) : 0; }
SEC("raw_tp") int nullable_memory(void *ctx) { return bad_nullable(0); }
SEC("raw_tp") int sometimes(void *ctx) { return unknown_tag(0); }
SEC("raw_tp") int number_with_tag(void *ctx) { return tagged_number(1); }
SEC("raw_tp") int context_and_more(void *ctx) { return ctx_and_more(ctx); }
SEC("raw_tp") int wide_on_stack(void *ctx) { int x = 0; return too_wide((void *)&x); }
SEC("raw_tp") int context_as_memory(void *ctx) { return sum(ctx); }
SEC("raw_tp") int context_as_wide_memory(void *ctx) { return too_wide(ctx); }
SEC("raw_tp") int void_memory(void *ctx) { int x = 0; return sized_by_pointer(&x); }
SEC("raw_tp") int number_as_memory(void *ctx) { return sum((void *)bpf_ktime_get_ns()); }

__noinl int task_pid(struct task_struct *t __tag(trusted)) { return t->pid; }
__noinl int task_maybe(struct task_struct *t __tag(trusted) __tag(nullable)) { return t ? t->pid : 0; }
__noinl int task_maybe_unchecked(struct task_struct *t __tag(trusted) __tag(nullable)) { return t->pid; }
__noinl int task_nonnull(struct task_struct *t __tag(trusted) __tag(nonnull)) { return t->pid; }
__noinl int flavoured(struct file___mine *f __tag(trusted) __tag(nullable)) { return f != 0; }
__noinl int missing(struct nowhere *n __tag(trusted)) { return n != 0; }
__noinl int nameless(void *n __tag(trusted)) { return n != 0; }
SEC("raw_tp") int current_task(void *ctx) { return task_pid((void *)bpf_get_current_task_btf()); }
SEC("raw_tp") int no_task(void *ctx) { return task_maybe(0) + flavoured(0); }
SEC("raw_tp") int no_task_for_trusted(void *ctx) { return task_pid(0); }
SEC("raw_tp") int null_not_checked(void *ctx) { return task_maybe_unchecked(0); }
SEC("raw_tp") int number_for_task(void *ctx) { return task_pid((void *)bpf_ktime_get_ns()); }
SEC("raw_tp") int trusted_and_nonnull(void *ctx) { return task_nonnull((void *)bpf_get_current_task_btf()); }
SEC("raw_tp") int wrong_struct(void *ctx) { return flavoured((void *)bpf_get_current_task_btf()); }
SEC("raw_tp") int no_such_struct(void *ctx) { return missing((void *)bpf_get_current_task_btf()); }
SEC("raw_tp") int no_struct_name(void *ctx) { return nameless((void *)bpf_get_current_task_btf()); }

__noinl int any_task(struct task_struct *t __tag(untrusted)) { return t->pid; }
__noinl int any_memory(char *p __tag(untrusted)) { return p[1000000] + p[-5]; }
__noinl int any_memory_written(int *p __tag(untrusted)) { *p = 1; return 0; }
__noinl int any_but_null(int *p __tag(untrusted) __tag(nonnull)) { return *p; }
SEC("raw_tp") int number_for_any_task(void *ctx) { return any_task((void *)bpf_ktime_get_ns()); }
SEC("raw_tp") int number_for_any_memory(void *ctx) { return any_memory((void *)bpf_ktime_get_ns()); }
SEC("raw_tp") int untrusted_is_read_only(void *ctx) { return any_memory_written(0); }
SEC("raw_tp") int untrusted_stands_alone(void *ctx) { return any_but_null(0); }

/* Two functions verified by themselves: states are counted on. */
__noinl int spin_a(int n) { int s = 0; for (int i = 0; i < 20; i++) { s += n; hide(s); if (s & 1) s += 3; } return s; }
__noinl int spin_b(int n) { int s = 0; for (int i = 0; i < 30; i++) { s -= n; hide(s); if (s & 1) s += 5; } return s; }
SEC("raw_tp") int states_add_up(void *ctx) { return spin_a(3) + spin_b(4); }
