// SPDX-License-Identifier: GPL-2.0-only
// Trees that own objects: what is added is compared by a function of the program, what is found is kept by the tree.
#include "objects.bpf.h"

static _Bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b) { return of(a, leaf, node)->key < of(b, leaf, node)->key; }
static _Bool less_shared(struct bpf_rb_node *a, const struct bpf_rb_node *b) { return of(a, shared_leaf, node)->key < of(b, shared_leaf, node)->key; }
static _Bool less_both(struct bpf_rb_node *a, const struct bpf_rb_node *b) { return of(a, both, tree)->key < of(b, both, tree)->key; }
static _Bool always(struct bpf_rb_node *a, const struct bpf_rb_node *b) { return 1; }
static _Bool two(struct bpf_rb_node *a, const struct bpf_rb_node *b) { int r = 2; hide(r); return *(_Bool *)&r; }
static _Bool writes(struct bpf_rb_node *a, const struct bpf_rb_node *b) { of(a, leaf, node)->n++; return 0; }
static _Bool reads_node(struct bpf_rb_node *a, const struct bpf_rb_node *b) { return *(volatile __u64 *)a; }
static _Bool drops(struct bpf_rb_node *a, const struct bpf_rb_node *b) { FREE(of(a, leaf, node)); return 0; }
static _Bool unlocks(struct bpf_rb_node *a, const struct bpf_rb_node *b);
static _Bool asks(struct bpf_rb_node *a, const struct bpf_rb_node *b) { return bpf_get_prandom_u32() & 1; }
static __noinl int key_of(struct leaf *l) { return l->key; }
static _Bool calls(struct bpf_rb_node *a, const struct bpf_rb_node *b) { return key_of(of(a, leaf, node)) < key_of(of(b, leaf, node)); }
static _Bool keeps(struct bpf_rb_node *a, const struct bpf_rb_node *b) { seen = (__u64)a; return 0; }
#define private(name) SEC(".data." #name) __attribute__((visibility("hidden"))) __attribute__((aligned(8)))
private(A) struct bpf_spin_lock glock;
private(A) struct bpf_rb_root groot __contains_(leaf, node);
static _Bool unlocks(struct bpf_rb_node *a, const struct bpf_rb_node *b) { bpf_spin_unlock(&glock); return 0; }
static _Bool removes(struct bpf_rb_node *a, const struct bpf_rb_node *b) { bpf_rbtree_remove(&groot, a); return 0; }
static _Bool adds(struct bpf_rb_node *a, const struct bpf_rb_node *b) { bpf_rbtree_add_impl(&groot, a, less, 0, 0); return 0; }
static _Bool first(struct bpf_rb_node *a, const struct bpf_rb_node *b) { return bpf_rbtree_first(&groot) ? 1 : 0; }

#define ADD(root, obj, cmp) bpf_rbtree_add_impl(root, &(obj)->node, cmp, 0, 0)
#define ADDED(name, cmp) TC(name, NEW(leaf, l); l->key = 5; bpf_spin_lock(&glock); ADD(&groot, l, cmp); bpf_spin_unlock(&glock))
ADDED(added, less)
ADDED(added_always, always)
ADDED(added_two, two)
ADDED(added_writing, writes)
ADDED(added_reading_node, reads_node)
ADDED(added_dropping, drops)
ADDED(added_unlocking, unlocks)
ADDED(added_asking, asks)
ADDED(added_calling, calls)
ADDED(added_keeping, keeps)
ADDED(added_removing, removes)
ADDED(added_adding, adds)
ADDED(added_with_first, first)
ADDED(added_wrong_compare, less_shared)
ADDED(added_null_compare, 0)
TC(added_in_map, TREES; NEW(leaf, l); LOCKED(trees, ADD(&trees->leaves, l, less)))
TC(added_shared, TREES; NEW(shared_leaf, l); LOCKED(trees, ADD(&trees->shared, l, less_shared)))
TC(added_used, TREES; NEW(leaf, l); LOCKED(trees, ADD(&trees->leaves, l, less); l->n = 1))
TC(added_used_after, TREES; NEW(leaf, l); LOCKED(trees, ADD(&trees->leaves, l, less)); l->n = 1)
TC(added_shared_used_after, TREES; NEW(shared_leaf, l); struct shared_leaf *m = SHARE(l); LOCKED(trees, ADD(&trees->shared, l, less_shared)); m->key = 1; FREE(m))
TC(added_twice, TREES; NEW(leaf, l); LOCKED(trees, ADD(&trees->leaves, l, less); ADD(&trees->leaves, l, less)))
TC(added_unlocked, TREES; NEW(leaf, l); ADD(&trees->leaves, l, less))
TC(added_other_type, TREES; NEW(shared_leaf, l); LOCKED(trees, ADD(&trees->leaves, l, less)))
TC(added_to_list, LISTS; NEW(leaf, l); LOCKED(lists, ADD((void *)&lists->items, l, less)))
TC(added_other_node, IT(two_ways, two_map); NEW(both, b); LOCKED(two_ways, bpf_rbtree_add_impl(&two_ways->tree, (void *)&b->list, less_both, 0, 0)))
TC(added_both, IT(two_ways, two_map); NEW(both, b); struct both *c = SHARE(b); LOCKED(two_ways, bpf_rbtree_add_impl(&two_ways->tree, &b->tree, less_both, 0, 0); bpf_list_push_front_impl(&two_ways->list, &c->list, 0, 0)))
TC(added_null, TREES; LOCKED(trees, bpf_rbtree_add_impl(&trees->leaves, 0, less, 0, 0)))
TC(added_many, TREES; struct bpf_iter_num it; int *i; bpf_iter_num_new(&it, 0, 8); while ((i = bpf_iter_num_next(&it))) { struct leaf *l = NEW_OF(leaf); if (!l) break; l->key = *i; LOCKED(trees, ADD(&trees->leaves, l, less)); } bpf_iter_num_destroy(&it))
SYS(added_in_syscall, TREES; NEW(leaf, l); LOCKED(trees, ADD(&trees->leaves, l, less)))
IN("tp_btf/task_newtask", added_when_traced, TREES; NEW(leaf, l); LOCKED(trees, ADD(&trees->leaves, l, less)))

#define FIRST(root) struct bpf_rb_node *n = bpf_rbtree_first(root)
TC(first_read, TREES; LOCKED(trees, FIRST(&trees->leaves); if (n) seen = of(n, leaf, node)->key))
TC(first_written, TREES; LOCKED(trees, FIRST(&trees->leaves); if (n) of(n, leaf, node)->key = 1))
TC(first_unchecked, TREES; LOCKED(trees, FIRST(&trees->leaves); seen = of(n, leaf, node)->key))
TC(first_kept, TREES; struct bpf_rb_node *n; LOCKED(trees, n = bpf_rbtree_first(&trees->leaves)); if (n) seen = of(n, leaf, node)->key)
TC(first_unlocked, TREES; FIRST(&trees->leaves); if (n) seen = 1)
TC(first_dropped, TREES; LOCKED(trees, FIRST(&trees->leaves); if (n) FREE(of(n, leaf, node))))
TC(first_added, TREES; LOCKED(trees, FIRST(&trees->leaves); if (n) bpf_rbtree_add_impl(&trees->leaves, n, less, 0, 0)))
TC(first_shared, TREES; struct shared_leaf *l = 0; LOCKED(trees, FIRST(&trees->shared); if (n) l = SHARE(of(n, shared_leaf, node))); if (l) FREE(l))
TC(first_uncounted_shared, TREES; struct leaf *l = 0; LOCKED(trees, FIRST(&trees->leaves); if (n) l = SHARE(of(n, leaf, node))); if (l) FREE(l))
TC(removed, TREES; struct bpf_rb_node *r = 0; LOCKED(trees, FIRST(&trees->leaves); if (n) r = bpf_rbtree_remove(&trees->leaves, n)); if (r) FREE(of(r, leaf, node)))
TC(removed_leaks, TREES; struct bpf_rb_node *r = 0; LOCKED(trees, FIRST(&trees->leaves); if (n) r = bpf_rbtree_remove(&trees->leaves, n)); if (r) seen = of(r, leaf, node)->key)
TC(removed_unchecked, TREES; LOCKED(trees, bpf_rbtree_remove(&trees->leaves, bpf_rbtree_first(&trees->leaves))))
TC(removed_owned, TREES; NEW(leaf, l); LOCKED(trees, bpf_rbtree_remove(&trees->leaves, &l->node)); FREE(l))
TC(removed_just_added, TREES; NEW(leaf, l); struct bpf_rb_node *r; LOCKED(trees, ADD(&trees->leaves, l, less); r = bpf_rbtree_remove(&trees->leaves, &l->node)); if (r) FREE(of(r, leaf, node)))
TC(removed_from_other, TREES; struct bpf_rb_node *r = 0; LOCKED(trees, FIRST(&trees->leaves); if (n) r = bpf_rbtree_remove(&trees->shared, n)); if (r) FREE(of(r, shared_leaf, node)))
TC(removed_null, TREES; LOCKED(trees, bpf_rbtree_remove(&trees->leaves, 0)))
TC(removed_used_after, TREES; struct bpf_rb_node *r = 0; LOCKED(trees, FIRST(&trees->leaves); if (n) { r = bpf_rbtree_remove(&trees->leaves, n); seen = of(n, leaf, node)->key; }); if (r) FREE(of(r, leaf, node)))
TC(root_read, TREES; LOCKED(trees, struct bpf_rb_node *n = bpf_rbtree_root(&trees->leaves); if (n) seen = of(n, leaf, node)->key))
TC(walked_left, TREES; LOCKED(trees, struct bpf_rb_node *n = bpf_rbtree_root(&trees->leaves); if (n) { n = bpf_rbtree_left(&trees->leaves, n); if (n) seen = of(n, leaf, node)->key; }))
TC(walked_right, TREES; LOCKED(trees, struct bpf_rb_node *n = bpf_rbtree_root(&trees->leaves); if (n) { n = bpf_rbtree_right(&trees->leaves, n); if (n) seen = of(n, leaf, node)->key; }))
TC(walked_unchecked, TREES; LOCKED(trees, struct bpf_rb_node *n = bpf_rbtree_root(&trees->leaves); n = bpf_rbtree_left(&trees->leaves, n); if (n) seen = of(n, leaf, node)->key))
TC(walked_down, TREES; bpf_spin_lock(&trees->lock); struct bpf_rb_node *n = bpf_rbtree_root(&trees->leaves); struct bpf_iter_num it; bpf_iter_num_new(&it, 0, 8); while (bpf_iter_num_next(&it) && n) { if (of(n, leaf, node)->key > 5) n = bpf_rbtree_left(&trees->leaves, n); else n = bpf_rbtree_right(&trees->leaves, n); } bpf_iter_num_destroy(&it); bpf_spin_unlock(&trees->lock))
TC(left_of_owned, TREES; NEW(shared_leaf, l); LOCKED(trees, bpf_rbtree_left(&trees->shared, &l->node)); FREE(l))
TC(kept_and_added, TREES; int j = 0; struct slots *s = bpf_map_lookup_elem(&slot_map, &j); if (!s) return 0; NEW(leaf, l); l = bpf_kptr_xchg(&s->leaf, l); if (l) { LOCKED(trees, ADD(&trees->leaves, l, less)); })
TC(root_of_value, TREES; NEW(leaf, l); LOCKED(trees, ADD((void *)&trees->n, l, less)))
TC(tree_read, TREES; seen = *(volatile __u64 *)&trees->leaves)
IN("raw_tp", trees_not_traced, TREES; seen = trees->n)
