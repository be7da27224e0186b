/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef __BPF_ITER_LATER_H
#define __BPF_ITER_LATER_H

/*
 * The processes of the world with a higher pid than one, and not of one thread group. Its elements are struct task_struct. No kernel has it.
 *
 * Begins the iterator. Takes pid (int), but (int).
 *
 * Within the state, which only its functions read and write:
 *     0  u64 at
 *     8  s64 than0_above
 *    16  s64 than1_not
 */
struct bpf_iter_later {
	__u64 __opaque[3];
} __attribute__((aligned(8)));

extern int bpf_iter_later_new(struct bpf_iter_later *it, int pid, int but) __weak __ksym;
extern struct task_struct *bpf_iter_later_next(struct bpf_iter_later *it) __weak __ksym; /* NULL at the end */
extern void bpf_iter_later_destroy(struct bpf_iter_later *it) __weak __ksym;
extern u64 bpf_iter_later_left(struct bpf_iter_later *it__iter) __weak __ksym;

/*
 * struct task_struct *element;
 *
 * bpf_for_each(later, element, pid, but) {
 *	…
 * }
 */

#endif /* __BPF_ITER_LATER_H */
