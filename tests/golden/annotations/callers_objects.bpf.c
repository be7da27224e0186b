// SPDX-License-Identifier: GPL-2.0-only
// Who may call the functions for objects, lists, trees and locks, and what each says to NULL in all of its arguments.
#include "../iterscope.bpf.h"
LICENSE;

struct bpf_list_head { int _; }; struct bpf_list_node { int _; }; struct bpf_rb_node { int _; }; struct bpf_rb_root { int _; }; struct bpf_res_spin_lock { int _; };

extern int bpf_res_spin_lock(struct bpf_res_spin_lock *lock) __ksym __weak;
extern void bpf_res_spin_unlock(struct bpf_res_spin_lock *lock) __ksym __weak;
extern int bpf_res_spin_lock_irqsave(struct bpf_res_spin_lock *lock, unsigned long *flags__irq_flag) __ksym __weak;
extern void bpf_res_spin_unlock_irqrestore(struct bpf_res_spin_lock *lock, unsigned long *flags__irq_flag) __ksym __weak;
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
extern struct bpf_rb_node *bpf_rbtree_remove(struct bpf_rb_root *root, struct bpf_rb_node *node) __ksym __weak;
extern struct bpf_rb_node *bpf_rbtree_first(struct bpf_rb_root *root) __ksym __weak;
extern struct bpf_rb_node *bpf_rbtree_root(struct bpf_rb_root *root) __ksym __weak;
extern struct bpf_rb_node *bpf_rbtree_left(struct bpf_rb_root *root, struct bpf_rb_node *node) __ksym __weak;
extern struct bpf_rb_node *bpf_rbtree_right(struct bpf_rb_root *root, struct bpf_rb_node *node) __ksym __weak;

void root(void)
{
	bpf_res_spin_lock(0);
	bpf_res_spin_unlock(0);
	bpf_res_spin_lock_irqsave(0, 0);
	bpf_res_spin_unlock_irqrestore(0, 0);
	bpf_obj_new_impl(0, 0);
	bpf_obj_drop_impl(0, 0);
	bpf_percpu_obj_new_impl(0, 0);
	bpf_percpu_obj_drop_impl(0, 0);
	bpf_refcount_acquire_impl(0, 0);
	bpf_list_push_front_impl(0, 0, 0, 0);
	bpf_list_push_back_impl(0, 0, 0, 0);
	bpf_list_pop_front(0);
	bpf_list_pop_back(0);
	bpf_list_front(0);
	bpf_list_back(0);
	bpf_rbtree_remove(0, 0);
	bpf_rbtree_first(0);
	bpf_rbtree_root(0);
	bpf_rbtree_left(0, 0);
	bpf_rbtree_right(0, 0);
}

#define ZERO "r1 = 0; r2 = 0; r3 = 0; r4 = 0; r5 = 0;"
#define ASM_IN(sec, name, body) \
	SEC(sec) __naked int name(void) { asm volatile(body ::: "memory"); }
#define CALLED(f) \
	ASM_IN("tc", f##_tc, ZERO "call " #f ";" RET0) \
	ASM_IN("xdp", f##_xdp, ZERO "call " #f ";" RET0) \
	ASM_IN("syscall", f##_syscall, ZERO "call " #f ";" RET0) \
	ASM_IN("iter/task", f##_iter, ZERO "call " #f ";" RET0) \
	ASM_IN("socket", f##_socket, ZERO "call " #f ";" RET0)

CALLED(bpf_res_spin_lock)
CALLED(bpf_res_spin_unlock)
CALLED(bpf_res_spin_lock_irqsave)
CALLED(bpf_res_spin_unlock_irqrestore)
CALLED(bpf_obj_new_impl)
CALLED(bpf_obj_drop_impl)
CALLED(bpf_percpu_obj_new_impl)
CALLED(bpf_percpu_obj_drop_impl)
CALLED(bpf_refcount_acquire_impl)
CALLED(bpf_list_push_front_impl)
CALLED(bpf_list_push_back_impl)
CALLED(bpf_list_pop_front)
CALLED(bpf_list_pop_back)
CALLED(bpf_list_front)
CALLED(bpf_list_back)
CALLED(bpf_rbtree_remove)
CALLED(bpf_rbtree_first)
CALLED(bpf_rbtree_root)
CALLED(bpf_rbtree_left)
CALLED(bpf_rbtree_right)
