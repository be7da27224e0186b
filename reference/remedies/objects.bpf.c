// SPDX-License-Identifier: GPL-2.0-only
// Objects of the program's own, lists and trees.
#include "../annotations/objects.bpf.h"

struct words { __u64 n[80]; };
struct words *_words;
#define EACH(t) bpf_percpu_obj_new_impl(__builtin_btf_type_id(*(struct t *)0, 0), 0)

SEC("tc") int too_large(void *ctx)
{
	void *p = EACH(words);

	if (p)
		bpf_percpu_obj_drop_impl(p, 0);
	return 0;
}

SEC("tc") int too_large_mended(void *ctx)
{
	void *p = EACH(percpu);

	if (p)
		bpf_percpu_obj_drop_impl(p, 0);
	return 0;
}

SEC("tc") int pushes_unchecked(void *ctx)
{
	LISTS;
	struct item *i = NEW_OF(item);

	bpf_spin_lock(&lists->lock);
	bpf_list_push_front_impl(&lists->items, (void *)i, 0, 0);
	bpf_spin_unlock(&lists->lock);
	return 0;
}

SEC("tc") int pushes_unchecked_mended(void *ctx)
{
	LISTS;
	struct item *i = NEW_OF(item);

	if (!i)
		return 0;
	bpf_spin_lock(&lists->lock);
	bpf_list_push_front_impl(&lists->items, &i->node, 0, 0);
	bpf_spin_unlock(&lists->lock);
	return 0;
}

static _Bool before(struct bpf_rb_node *a, const struct bpf_rb_node *b) { return of(a, leaf, node)->key < of(b, leaf, node)->key; }

SEC("tc") int adds_what_is_there(void *ctx)
{
	TREES;

	bpf_spin_lock(&trees->lock);
	struct bpf_rb_node *n = bpf_rbtree_first(&trees->leaves);

	if (n)
		bpf_rbtree_add_impl(&trees->leaves, n, before, 0, 0);
	bpf_spin_unlock(&trees->lock);
	return 0;
}

SEC("tc") int adds_what_is_there_mended(void *ctx)
{
	TREES;

	bpf_spin_lock(&trees->lock);
	struct bpf_rb_node *n = bpf_rbtree_first(&trees->leaves);

	if (n) {
		n = bpf_rbtree_remove(&trees->leaves, n);
		if (n)
			bpf_rbtree_add_impl(&trees->leaves, n, before, 0, 0);
	}
	bpf_spin_unlock(&trees->lock);
	return 0;
}

SEC("tc") int shares_uncounted(void *ctx)
{
	NEW(holder, h);
	void *other = bpf_refcount_acquire_impl(h, 0);

	FREE(h);
	if (other)
		FREE(other);
	return 0;
}

SEC("tc") int shares_uncounted_mended(void *ctx)
{
	NEW(counted, c);
	void *other = bpf_refcount_acquire_impl(c, 0);

	FREE(c);
	FREE(other);
	return 0;
}

SEC("tc") int pushes_unlocked(void *ctx)
{
	LISTS;
	NEW(item, i);

	bpf_list_push_front_impl(&lists->items, &i->node, 0, 0);
	return 0;
}

SEC("tc") int pushes_unlocked_mended(void *ctx)
{
	LISTS;
	NEW(item, i);

	bpf_spin_lock(&lists->lock);
	bpf_list_push_front_impl(&lists->items, &i->node, 0, 0);
	bpf_spin_unlock(&lists->lock);
	return 0;
}

SEC("tc") int pushes_other(void *ctx)
{
	LISTS;
	NEW(alone, a);

	bpf_spin_lock(&lists->lock);
	bpf_list_push_front_impl(&lists->items, &a->node, 0, 0);
	bpf_spin_unlock(&lists->lock);
	return 0;
}

SEC("tc") int pushes_other_mended(void *ctx)
{
	LISTS;
	NEW(item, i);

	bpf_spin_lock(&lists->lock);
	bpf_list_push_front_impl(&lists->items, &i->node, 0, 0);
	bpf_spin_unlock(&lists->lock);
	return 0;
}

#define private(name) SEC(".data." #name) __attribute__((visibility("hidden"))) __attribute__((aligned(8)))
private(A) struct bpf_spin_lock glock;
private(A) struct bpf_rb_root groot __contains_(leaf, node);
static _Bool before_removing(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return bpf_rbtree_remove(&groot, a) ? 1 : 0;
}

SEC("tc") int removes_while_adding(void *ctx)
{
	NEW(leaf, l);

	bpf_spin_lock(&glock);
	bpf_rbtree_add_impl(&groot, &l->node, before_removing, 0, 0);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("tc") int removes_while_adding_mended(void *ctx)
{
	NEW(leaf, l);
	struct bpf_rb_node *n;

	bpf_spin_lock(&glock);
	bpf_rbtree_add_impl(&groot, &l->node, before, 0, 0);
	n = bpf_rbtree_remove(&groot, &l->node);
	bpf_spin_unlock(&glock);
	if (n)
		FREE(of(n, leaf, node));
	return 0;
}

extern void bpf_throw(__u64 cookie) __ksym __weak;
static __noinl long throws_in_round(__u32 i, void *c) { if (i == 2) bpf_throw(0); return 0; }
static __noinl long stops_in_round(__u32 i, void *c) { *(int *)c = i == 2; return i == 2; }

SEC("tc") int throws_in_callback(void *ctx)
{
	bpf_loop(5, throws_in_round, 0, 0);
	return 0;
}

SEC("tc") int throws_in_callback_mended(void *ctx)
{
	int stopped = 0;

	bpf_loop(5, stops_in_round, &stopped, 0);
	if (stopped)
		bpf_throw(0);
	return 0;
}
