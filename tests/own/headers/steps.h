/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef __BPF_ITER_STEPS_H
#define __BPF_ITER_STEPS_H

/*
 * Any step, down too; its state has a layout of its own. Its elements are s64. No kernel has it.
 *
 * Begins the iterator. Takes from (s64), to (s64), step (s64).
 *
 * Within the state, which only its functions read and write:
 *     0  u32 magic
 *     8  s64 value
 *    16  s64 step
 *    24  s64 cur
 *    32  u64 left
 */
struct bpf_iter_steps {
	__u64 __opaque[5];
} __attribute__((aligned(8)));

extern int bpf_iter_steps_new(struct bpf_iter_steps *it, s64 from, s64 to, s64 step) __weak __ksym;
extern s64 *bpf_iter_steps_next(struct bpf_iter_steps *it) __weak __ksym; /* NULL at the end */
extern void bpf_iter_steps_destroy(struct bpf_iter_steps *it) __weak __ksym;

/*
 * s64 *element;
 *
 * bpf_for_each(steps, element, from, to, step) {
 *	…
 * }
 */

#endif /* __BPF_ITER_STEPS_H */
