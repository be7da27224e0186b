/* SPDX-License-Identifier: GPL-2.0-only */
/* Objects, lists and trees: what programs see of them is recorded in a real kernel. */
#include "../golden/annotations/objects.bpf.h"

#define private(name) SEC(".data." #name) __attribute__((visibility("hidden"))) __attribute__((aligned(8)))
private(A) struct bpf_spin_lock tree_lock;
private(A) struct bpf_rb_root tree __contains_(leaf, node);
private(B) struct bpf_spin_lock list_lock;
private(B) struct bpf_list_head list __contains_(alone, node);

static _Bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return of(a, leaf, node)->key < of(b, leaf, node)->key;
}

static __noinl int add(__u64 key)
{
	struct leaf *l = NEW_OF(leaf);

	if (!l)
		return 1;
	l->key = key;
	l->n = key * 3;
	bpf_spin_lock(&tree_lock);
	bpf_rbtree_add_impl(&tree, &l->node, less, 0, 0);
	bpf_spin_unlock(&tree_lock);
	return 0;
}

static __noinl int take(__u64 steps)
{
	struct bpf_rb_node *n, *gone;
	int key = -1;

	bpf_spin_lock(&tree_lock);
	n = bpf_rbtree_root(&tree);
	if (n && (steps & 1))
		n = steps & 2 ? bpf_rbtree_left(&tree, n) : bpf_rbtree_right(&tree, n);
	if (!n) {
		bpf_spin_unlock(&tree_lock);
		return key;
	}
	gone = bpf_rbtree_remove(&tree, n);
	bpf_spin_unlock(&tree_lock);
	if (!gone)
		return key;
	key = of(gone, leaf, node)->key;
	FREE(of(gone, leaf, node));
	return key;
}

/* The root, its children and the first one. */
static __noinl int shape(void)
{
	struct bpf_rb_node *root, *n;
	int hash = 7;

	bpf_spin_lock(&tree_lock);
	root = bpf_rbtree_root(&tree);
	if (root) {
		hash = hash * 31 + of(root, leaf, node)->key;
		n = bpf_rbtree_left(&tree, root);
		if (n) {
			hash = hash * 31 + of(n, leaf, node)->key;
			n = bpf_rbtree_left(&tree, n);
			if (n)
				hash = hash * 31 + of(n, leaf, node)->key;
		}
		n = bpf_rbtree_right(&tree, root);
		if (n) {
			hash = hash * 37 + of(n, leaf, node)->key;
			n = bpf_rbtree_right(&tree, n);
			if (n)
				hash = hash * 37 + of(n, leaf, node)->key;
		}
		n = bpf_rbtree_first(&tree);
		if (n)
			hash = hash * 41 + of(n, leaf, node)->n;
	}
	bpf_spin_unlock(&tree_lock);
	return hash;
}

#define TREE(name, count, expr) \
	SEC("syscall") int tree_##name(void *ctx) \
	{ \
		struct bpf_iter_num it; \
		int *i, hash = 1; \
		bpf_iter_num_new(&it, 0, count); \
		while ((i = bpf_iter_num_next(&it))) { \
			__u32 k = *i; \
			if (add(expr)) \
				break; \
			hash = hash * 17 + shape(); \
		} \
		bpf_iter_num_destroy(&it); \
		bpf_iter_num_new(&it, 0, count); \
		while ((i = bpf_iter_num_next(&it))) { \
			hash = hash * 19 + take(*i * 7 + 3); \
			hash = hash * 23 + shape(); \
		} \
		bpf_iter_num_destroy(&it); \
		return hash; \
	}
TREE(one, 1, k)
TREE(two, 2, k)
TREE(ascending, 40, k)
TREE(descending, 40, 100 - k)
TREE(mixed, 64, (k * 37) & 63)
TREE(many, 200, (k * 2654435761u) >> 24)
TREE(equal, 20, 5)

static __noinl int put(__u64 n, int front)
{
	struct alone *a = NEW_OF(alone);

	if (!a)
		return 1;
	a->n = n;
	bpf_spin_lock(&list_lock);
	if (front)
		bpf_list_push_front_impl(&list, &a->node, 0, 0);
	else
		bpf_list_push_back_impl(&list, &a->node, 0, 0);
	bpf_spin_unlock(&list_lock);
	return 0;
}

static __noinl int ends(void)
{
	struct bpf_list_node *n;
	int hash = 3;

	bpf_spin_lock(&list_lock);
	n = bpf_list_front(&list);
	if (n)
		hash = hash * 31 + of(n, alone, node)->n;
	n = bpf_list_back(&list);
	if (n)
		hash = hash * 31 + of(n, alone, node)->n;
	bpf_spin_unlock(&list_lock);
	return hash;
}

static __noinl int get(int front)
{
	struct bpf_list_node *n;
	int was = -1;

	bpf_spin_lock(&list_lock);
	n = front ? bpf_list_pop_front(&list) : bpf_list_pop_back(&list);
	bpf_spin_unlock(&list_lock);
	if (!n)
		return was;
	was = of(n, alone, node)->n;
	FREE(of(n, alone, node));
	return was;
}

#define LIST(name, count, front_in, front_out) \
	SEC("syscall") int list_##name(void *ctx) \
	{ \
		struct bpf_iter_num it; \
		int *i, hash = 1; \
		bpf_iter_num_new(&it, 0, count); \
		while ((i = bpf_iter_num_next(&it))) { \
			__u32 k = *i; \
			if (put(k, front_in)) \
				break; \
			hash = hash * 17 + ends(); \
		} \
		bpf_iter_num_destroy(&it); \
		bpf_iter_num_new(&it, 0, count + 1); \
		while ((i = bpf_iter_num_next(&it))) { \
			__u32 k = *i; \
			hash = hash * 19 + get(front_out); \
			hash = hash * 23 + ends(); \
		} \
		bpf_iter_num_destroy(&it); \
		return hash; \
	}
LIST(queue, 6, 0, 1)
LIST(stack, 6, 1, 1)
LIST(both_ends, 9, k & 1, k & 2)
LIST(none, 0, 0, 1)

SEC("syscall")
int object_zeroed(void *ctx)
{
	struct simple *s = NEW_OF(simple);
	int sum;

	if (!s)
		return -1;
	sum = s->a + s->b[0] + s->b[3] + 5;
	s->b[2] = 9;
	sum += s->b[2];
	FREE(s);
	return sum;
}

SEC("syscall")
int object_shared(void *ctx)
{
	struct counted *c = NEW_OF(counted), *d;
	int n;

	if (!c)
		return -1;
	c->n = 4;
	d = SHARE(c);
	FREE(c);
	n = d->n;
	FREE(d);
	return n;
}

SEC("syscall")
int object_kept(void *ctx)
{
	SLOTS;
	NEW(simple, s);
	struct simple *old;
	int sum = 0;

	s->a = 41;
	old = bpf_kptr_xchg(&slots->simple, s);
	if (old)
		FREE(old);
	old = bpf_kptr_xchg(&slots->simple, 0);
	if (old) {
		sum = old->a;
		FREE(old);
	}
	old = bpf_kptr_xchg(&slots->simple, 0);
	if (old) {
		sum = -5;
		FREE(old);
	}
	return sum;
}

/* A value that is copied over takes what was kept with it; what stands in its place in the copy is not looked at. */
SEC("syscall")
int object_overwritten(void *ctx)
{
	SLOTS;
	NEW(simple, s);
	struct slots copy;
	struct simple *old;
	int sum = 0, key = 0;

	s->a = 41;
	old = bpf_kptr_xchg(&slots->simple, s);
	if (old)
		FREE(old);
	__builtin_memset(&copy, 0x11, sizeof(copy));
	copy.n = 3;
	bpf_map_update_elem(&slot_map, &key, &copy, 0);
	old = bpf_kptr_xchg(&slots->simple, 0);
	if (old) {
		sum = old->a;
		FREE(old);
	}
	return sum + slots->n;
}

SEC("syscall")
int list_overwritten(void *ctx)
{
	struct lists fresh, *lists;
	struct bpf_list_node *n;
	int key = 0, sum = 5;

	__builtin_memset(&fresh, 0x22, sizeof(fresh));
	fresh.n = 9;
	bpf_map_update_elem(&list_map, &key, &fresh, 0);
	lists = bpf_map_lookup_elem(&list_map, &key);
	if (!lists)
		return -1;
	NEW(alone, a);
	a->n = 77;
	bpf_spin_lock(&lists->lock);
	bpf_list_push_front_impl(&lists->others, &a->node, 0, 0);
	bpf_spin_unlock(&lists->lock);
	bpf_map_update_elem(&list_map, &key, &fresh, 0);
	lists = bpf_map_lookup_elem(&list_map, &key);
	if (!lists)
		return -1;
	sum += lists->n;
	bpf_spin_lock(&lists->lock);
	n = bpf_list_pop_front(&lists->others);
	bpf_spin_unlock(&lists->lock);
	if (n) {
		sum += of(n, alone, node)->n;
		FREE(of(n, alone, node));
	}
	return sum;
}
