// SPDX-License-Identifier: GPL-2.0-only
// bpf_throw: the program ends where it is called, with nothing held.
#include "objects.bpf.h"
extern void bpf_throw(__u64 cookie) __ksym __weak;

TC(plain, if (seen) bpf_throw(0))
TC(always, bpf_throw(0))
TC(with_result, bpf_throw(7))
TC(with_any_result, bpf_throw(bpf_get_prandom_u32()))
IN("xdp", frame, bpf_throw(2))
SYS(of_syscall, bpf_throw(0))
SYS(any_result_of_syscall, bpf_throw(bpf_get_prandom_u32()))
IN("tp_btf/task_newtask", traced, bpf_throw(0))
IN("iter/task", iterator, bpf_throw(1))
IN("iter/task", iterator_wrong_result, bpf_throw(2))
IN("iter/task", iterator_any_result, bpf_throw(bpf_get_prandom_u32()))
IN("cgroup_skb/egress", group, bpf_throw(1); return 1)
IN("cgroup_skb/egress", group_wrong_result, bpf_throw(9); return 1)
IN("raw_tp", nowhere, bpf_throw(0))
TC(pointer, __u64 p = (__u64)ctx; hide(p); bpf_throw(p))
TC(task_held, TASK; bpf_throw(0); bpf_task_release(p))
TC(task_given_back, TASK; bpf_task_release(p); bpf_throw(0))
TC(object_held, NEW(simple, s); if (s->a) bpf_throw(0); FREE(s))
TC(lock_held, LISTS; bpf_spin_lock(&lists->lock); bpf_throw(0); bpf_spin_unlock(&lists->lock))
SYS(section_open, bpf_rcu_read_lock(); bpf_throw(0); bpf_rcu_read_unlock())
SYS(preemption_off, bpf_preempt_disable(); bpf_throw(0); bpf_preempt_enable())
SYS(interrupts_off, unsigned long f; bpf_local_irq_save(&f); bpf_throw(0); bpf_local_irq_restore(&f))
TC(in_iterator, struct bpf_iter_num it; bpf_iter_num_new(&it, 0, 3); while (bpf_iter_num_next(&it)) { if (seen) bpf_throw(0); } bpf_iter_num_destroy(&it))
static __noinl int deep(int n) { if (n > 3) bpf_throw(0); return n; }
TC(in_function, seen = deep(bpf_get_prandom_u32()))
static __noinl int deeper(int n) { return deep(n) + 1; }
TC(in_function_of_function, seen = deeper(bpf_get_prandom_u32()))
TC(in_function_task_held, TASK; seen = deep(p->pid); bpf_task_release(p))
static __noinl int throws(int n) { bpf_throw(n & 1); return 0; }
TC(function_never_returns, return throws(seen))
TC(function_never_returns_twice, throws(seen); return throws(5))
static __noinl long round(__u32 i, void *c) { if (i == 2) bpf_throw(0); return 0; }
TC(in_callback, bpf_loop(5, round, 0, 0))
TC(in_callback_task_held, TASK; bpf_loop(5, round, 0, 0); bpf_task_release(p))
__noinl int global_throws(int n) { if (n > 3) bpf_throw(0); return n; }
TC(in_global, return global_throws(seen))
TC(in_global_task_held, TASK; seen = global_throws(seen); bpf_task_release(p))
IN("iter/task", in_global_any_result, return global_throws(seen) & 1)
__noinl int global_throws_any(int n) { bpf_throw(n); return n; }
TC(in_global_any, return global_throws_any(seen))
ASM_IN("tc", unset, "r6 = r1; call 7; call bpf_throw;" RET0)
