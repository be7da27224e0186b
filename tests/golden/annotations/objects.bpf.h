/* SPDX-License-Identifier: GPL-2.0-only */
/* Objects that programs allocate, with everything that they may hold, and maps that keep them. */
#pragma once
#include "annotations.bpf.h"

#define __kptr_ __attribute__((btf_type_tag("kptr")))
#define __percpu_kptr_ __attribute__((btf_type_tag("percpu_kptr")))
#define __contains_(type, node) __attribute__((btf_decl_tag("contains:" #type ":" #node)))

struct bpf_spin_lock { __u32 val; };
struct bpf_refcount { __u32 __opaque[1]; } __attribute__((aligned(4)));
struct bpf_list_head { __u64 __opaque[2]; } __attribute__((aligned(8)));
struct bpf_list_node { __u64 __opaque[3]; } __attribute__((aligned(8)));
struct bpf_rb_root { __u64 __opaque[2]; } __attribute__((aligned(8)));
struct bpf_rb_node { __u64 __opaque[4]; } __attribute__((aligned(8)));

extern void *bpf_obj_new_impl(__u64 local_type_id__k, void *meta__ign) __ksym __weak;
extern void bpf_obj_drop_impl(void *p__alloc, void *meta__ign) __ksym __weak;
extern void *bpf_percpu_obj_new_impl(__u64 local_type_id__k, void *meta__ign) __ksym __weak;
extern void bpf_percpu_obj_drop_impl(void *p__alloc, void *meta__ign) __ksym __weak;
extern void *bpf_refcount_acquire_impl(void *p__refcounted_kptr, void *meta__ign) __ksym __weak;
extern int bpf_list_push_front_impl(struct bpf_list_head *head, struct bpf_list_node *node, void *meta__ign, __u64 off) __ksym __weak;
extern int bpf_list_push_back_impl(struct bpf_list_head *head, struct bpf_list_node *node, void *meta__ign, __u64 off) __ksym __weak;
extern struct bpf_list_node *bpf_list_pop_front(struct bpf_list_head *head) __ksym __weak;
extern struct bpf_list_node *bpf_list_pop_back(struct bpf_list_head *head) __ksym __weak;
extern struct bpf_list_node *bpf_list_front(struct bpf_list_head *head) __ksym __weak;
extern struct bpf_list_node *bpf_list_back(struct bpf_list_head *head) __ksym __weak;
extern int bpf_rbtree_add_impl(struct bpf_rb_root *root, struct bpf_rb_node *node, _Bool (*less)(struct bpf_rb_node *a, const struct bpf_rb_node *b), void *meta__ign, __u64 off) __ksym __weak;
extern struct bpf_rb_node *bpf_rbtree_remove(struct bpf_rb_root *root, struct bpf_rb_node *node) __ksym __weak;
extern struct bpf_rb_node *bpf_rbtree_first(struct bpf_rb_root *root) __ksym __weak;
extern struct bpf_rb_node *bpf_rbtree_root(struct bpf_rb_root *root) __ksym __weak;
extern struct bpf_rb_node *bpf_rbtree_left(struct bpf_rb_root *root, struct bpf_rb_node *node) __ksym __weak;
extern struct bpf_rb_node *bpf_rbtree_right(struct bpf_rb_root *root, struct bpf_rb_node *node) __ksym __weak;

struct simple { __u64 a; __u32 b[4]; struct simple *next; };
struct counted { __u64 n; struct bpf_refcount ref; };
struct item { __u64 n; struct bpf_list_node node; struct bpf_refcount ref; };
struct alone { struct bpf_list_node node; __u64 n; };
struct leaf { struct bpf_rb_node node; __u64 key, n; };
struct shared_leaf { __u64 key; struct bpf_rb_node node; struct bpf_refcount ref; };
struct both { __u64 key; struct bpf_rb_node tree; struct bpf_list_node list; struct bpf_refcount ref; };
struct holder { struct bpf_spin_lock lock; __u64 n; struct bpf_list_head head __contains_(alone, node); };
struct keeper { __u64 n; struct simple __kptr_ *kept; struct task_struct __kptr_ *task; };
struct locked { __u64 n; struct bpf_spin_lock lock; };

struct lists { struct bpf_spin_lock lock; __u64 n; struct bpf_list_head items __contains_(item, node); struct bpf_list_head others __contains_(alone, node); };
struct trees { struct bpf_spin_lock lock; __u64 n; struct bpf_rb_root leaves __contains_(leaf, node); struct bpf_rb_root shared __contains_(shared_leaf, node); };
struct two_ways { struct bpf_spin_lock lock; struct bpf_rb_root tree __contains_(both, tree); struct bpf_list_head list __contains_(both, list); };
struct slots { __u64 n; struct simple __kptr_ *simple; struct counted __kptr_ *counted; struct leaf __kptr_ *leaf; struct percpu __percpu_kptr_ *each; };
struct percpu { __u64 n; __u32 m[2]; };

#define MAP(name, kind, v) struct { __uint(type, kind); __uint(max_entries, 4); __type(key, int); __type(value, struct v); } name SEC(".maps")
MAP(list_map, BPF_MAP_TYPE_HASH, lists);
MAP(tree_map, BPF_MAP_TYPE_HASH, trees);
MAP(two_map, BPF_MAP_TYPE_HASH, two_ways);
MAP(slot_map, BPF_MAP_TYPE_ARRAY, slots);
struct simple *_simple; struct counted *_counted; struct item *_item; struct alone *_alone; struct leaf *_leaf; struct shared_leaf *_shared; struct both *_both;
struct holder *_holder; struct keeper *_keeper; struct locked *_locked; struct percpu *_percpu;
#undef NEW
#define NEW_OF(t) ((struct t *)bpf_obj_new_impl(__builtin_btf_type_id(*(struct t *)0, 0), 0))
#define NEW(t, v) struct t *v = NEW_OF(t); if (!v) return 0
#define FREE(v) bpf_obj_drop_impl(v, 0)
#define SHARE(v) ((typeof(v))bpf_refcount_acquire_impl(v, 0))
#define IT(v, map) int _k = 0; struct v *v = bpf_map_lookup_elem(&map, &_k); if (!v) return 0
#define LISTS IT(lists, list_map)
#define TREES IT(trees, tree_map)
#define SLOTS IT(slots, slot_map)
#define LOCKED(v, ...) bpf_spin_lock(&v->lock); __VA_ARGS__; bpf_spin_unlock(&v->lock)
#define of(ptr, type, member) ((struct type *)((void *)(ptr) - __builtin_offsetof(struct type, member)))
#define TC(name, ...) IN("tc", name, __VA_ARGS__)
