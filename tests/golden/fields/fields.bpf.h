/* SPDX-License-Identifier: GPL-2.0-only */
/* Maps whose values have fields that the kernel looks after itself. */
#pragma once
#include "../iterscope.bpf.h"

enum { BPF_MAP_TYPE_LRU_HASH_ = 9 };
#define __kptr_ __attribute__((btf_type_tag("kptr")))
#define __kptr_untrusted_ __attribute__((btf_type_tag("kptr_untrusted")))

struct bpf_timer { __u64 __opaque[2]; } __attribute__((aligned(8)));
struct bpf_wq { __u64 __opaque[2]; } __attribute__((aligned(8)));
struct bpf_spin_lock { __u32 val; };
struct bpf_rb_root { __u64 __opaque[2]; } __attribute__((aligned(8)));
struct bpf_rb_node { __u64 __opaque[4]; } __attribute__((aligned(8)));

struct owner { __u64 n; struct task_struct __kptr_ *task; struct task_struct __kptr_untrusted_ *seen; };
struct alarm { __u64 n; struct bpf_timer timer; };
struct later { struct bpf_wq wq; __u64 n; };
struct locked { __u64 n; struct bpf_spin_lock lock; };
struct leaf { struct bpf_rb_node node; __u64 n; };
struct tree { struct bpf_spin_lock lock; struct bpf_rb_root root __attribute__((btf_decl_tag("contains:leaf:node"))); };

#define MAP(name, kind, v) struct { __uint(type, kind); __uint(max_entries, 4); __type(key, int); __type(value, struct v); } name SEC(".maps")
MAP(owners, BPF_MAP_TYPE_HASH, owner);
MAP(alarms, BPF_MAP_TYPE_HASH, alarm);
MAP(works, BPF_MAP_TYPE_ARRAY, later);
MAP(locks, BPF_MAP_TYPE_HASH, locked);
MAP(trees, BPF_MAP_TYPE_ARRAY, tree);
struct leaf *_leaf;

extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern struct task_struct *bpf_task_from_pid(int pid) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;
extern int bpf_wq_init(struct bpf_wq *wq, void *p__map, unsigned int flags) __ksym;
extern int bpf_wq_start(struct bpf_wq *wq, unsigned int flags) __ksym;
extern int bpf_wq_set_callback_impl(struct bpf_wq *wq, int (*callback_fn)(void *map, int *key, void *value), unsigned int flags, void *aux__ign) __ksym;

#define VALUE(v, map) int _key = 0; struct v *v = bpf_map_lookup_elem(&map, &_key); if (!v) return 0
LICENSE;
