/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef __BPF_ITER_PEOPLE_H
#define __BPF_ITER_PEOPLE_H

/*
 * Three tasks. Its elements are struct task_struct. No kernel has it.
 *
 * Begins the iterator.
 *
 * Within the state, which only its functions read and write:
 *     0  u64 memory
 *     8  u32 at
 *    12  u32 end
 */
struct bpf_iter_people {
	__u64 __opaque[2];
} __attribute__((aligned(8)));

extern int bpf_iter_people_new(struct bpf_iter_people *it) __weak __ksym;
extern struct task_struct *bpf_iter_people_next(struct bpf_iter_people *it) __weak __ksym; /* NULL at the end */
extern void bpf_iter_people_destroy(struct bpf_iter_people *it) __weak __ksym;

/*
 * struct task_struct *element;
 *
 * bpf_for_each(people, element) {
 *	…
 * }
 */

#endif /* __BPF_ITER_PEOPLE_H */
