// SPDX-License-Identifier: GPL-2.0-only
// __nullable, and what happens to NULL where nothing says that it is fine; __map, __k.
#include "annotations.bpf.h"

struct later { struct bpf_wq wq; __u64 n; };
struct two { __u64 n; struct bpf_wq wq; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4); __type(key, int); __type(value, struct later); } works SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, int); __type(value, struct two); } others SEC(".maps");
#define LATER int _k = 0; struct later *l = bpf_map_lookup_elem(&works, &_k); if (!l) return 0

#define TASKS(name, sec, start) IN(sec, name, struct bpf_iter_task it; struct task_struct *p; bpf_iter_task_new(&it, start, ALL_PROCS); while ((p = bpf_iter_task_next(&it))) seen += p->pid; bpf_iter_task_destroy(&it))
TASKS(nullable_null, "raw_tp", 0)
TASKS(nullable_current, "raw_tp", bpf_get_current_task_btf())
TASKS(nullable_number, "raw_tp", (void *)8)
TASKS(nullable_context, "raw_tp", ctx)
TASKS(nullable_from_pid_unchecked, "syscall", bpf_task_from_pid(1))
SYS(nullable_maybe_null, struct bpf_iter_task it; struct task_struct *p = bpf_task_from_pid(1); bpf_rcu_read_lock(); bpf_iter_task_new(&it, p, 0); bpf_iter_task_destroy(&it); bpf_rcu_read_unlock(); if (p) bpf_task_release(p))
SYS(nullable_untrusted, struct bpf_iter_task it; bpf_rcu_read_lock(); bpf_iter_task_new(&it, (void *)((struct task_struct___g *)bpf_get_current_task_btf())->real_parent->mm, 0); bpf_iter_task_destroy(&it); bpf_rcu_read_unlock())
SYS(trusted_null, bpf_task_release(0))
SYS(trusted_unchecked, bpf_task_release(bpf_task_from_pid(1)))
SYS(rcu_null, seen = (__u64)bpf_task_acquire(0))
SYS(rcu_unchecked, struct task_struct *p = bpf_task_from_pid(1); struct task_struct *q = bpf_task_acquire(p); if (q) bpf_task_release(q); if (p) bpf_task_release(p))
SYS(neither_null, char b[8]; seen = bpf_copy_from_user_task_str(b, 8, 0, 0, 0))
SYS(neither_task, char b[8]; seen = bpf_copy_from_user_task_str(b, 8, 0, bpf_get_current_task_btf(), 0))
SYS(neither_unchecked, char b[8]; struct task_struct *p = bpf_task_from_pid(1); seen = bpf_copy_from_user_task_str(b, 8, 0, p, 0); if (p) bpf_task_release(p))
SYS(neither_untrusted, char b[8]; seen = bpf_copy_from_user_task_str(b, 8, 0, (void *)((struct task_struct___g *)bpf_get_current_task_btf())->real_parent, 0))
SYS(neither_other_struct, char b[8]; GROUP; seen = bpf_copy_from_user_task_str(b, 8, 0, (void *)c, 0); bpf_cgroup_release(c))
SYS(neither_number, char b[8]; seen = bpf_copy_from_user_task_str(b, 8, 0, (void *)5, 0))
SYS(neither_stack, char b[8]; seen = bpf_copy_from_user_task_str(b, 8, 0, (void *)b, 0))

SYS(map_own, LATER; seen = bpf_wq_init(&l->wq, &works, 0))
SYS(map_other, LATER; seen = bpf_wq_init(&l->wq, &others, 0))
SYS(map_value, LATER; seen = bpf_wq_init(&l->wq, l, 0))
SYS(map_null, LATER; seen = bpf_wq_init(&l->wq, 0, 0))
SYS(map_stack, LATER; seen = bpf_wq_init(&l->wq, &_k, 0))
SYS(map_context, LATER; seen = bpf_wq_init(&l->wq, ctx, 0))
SYS(map_flags_pointer, LATER; __u64 f = (__u64)l; hide(f); seen = bpf_wq_init(&l->wq, &works, f))
SYS(wq_elsewhere, LATER; seen = bpf_wq_init((void *)&l->n, &works, 0))
SYS(wq_inside, LATER; seen = bpf_wq_init((void *)&l->wq + 8, &works, 0))
SYS(wq_on_stack, struct bpf_wq wq = {}; seen = bpf_wq_init(&wq, &works, 0))
SYS(wq_null, seen = bpf_wq_init(0, &works, 0))
SYS(wq_unchecked, int k = 0; struct later *l = bpf_map_lookup_elem(&works, &k); seen = bpf_wq_init(&l->wq, &works, 0))
SYS(wq_somewhere, LATER; seen = bpf_wq_init((void *)l + (bpf_get_prandom_u32() & 8), &works, 0))
SYS(wq_second, int k = 0; struct two *t = bpf_map_lookup_elem(&others, &k); if (t) seen = bpf_wq_init(&t->wq, &others, 0))

struct node { __u64 n; };
ASM_IN("raw_tp", constant_task, "r1 = 0; r2 = 1; call bpf_rdonly_cast;" RET0)
RAW(constant_two, __u64 *q = bpf_rdonly_cast((void *)seen, bpf_get_prandom_u32() & 1 ? 0 : 0); seen = *q)
RAW(constant_unknown, __u64 *q = bpf_rdonly_cast((void *)seen, bpf_get_prandom_u32() & 1); seen = *q)
RAW(constant_pointer, __u64 i = (__u64)ctx; hide(i); __u64 *q = bpf_rdonly_cast((void *)seen, i); seen = *q)
