/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef __BPF_ITER_FAMILY_H
#define __BPF_ITER_FAMILY_H

/*
 * An iterator of one's own, family. Its elements are int. No kernel has it.
 *
 * Begins the iterator. Takes order (u32).
 *
 * Within the state, which only its functions read and write:
 *     0  u32 at
 *     4  u32 end
 *     8  int value
 */
struct bpf_iter_family {
	__u64 __opaque[2];
} __attribute__((aligned(8)));

extern int bpf_iter_family_new(struct bpf_iter_family *it, u32 order) __weak __ksym;
extern int *bpf_iter_family_next(struct bpf_iter_family *it) __weak __ksym; /* NULL at the end */
extern void bpf_iter_family_destroy(struct bpf_iter_family *it) __weak __ksym;

/*
 * int *element;
 *
 * bpf_for_each(family, element, order) {
 *	…
 * }
 */

#endif /* __BPF_ITER_FAMILY_H */
