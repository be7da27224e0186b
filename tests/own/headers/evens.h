/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef __BPF_ITER_EVENS_H
#define __BPF_ITER_EVENS_H

/*
 * Even distances from a number on. Its elements are int. No kernel has it.
 *
 * Begins the iterator. Takes from (int), to (int). -EINVAL when from is below 0, -ERANGE when to is above 1000; the iterator is then empty, and must still be destroyed.
 *
 * Within the state, which only its functions read and write:
 *     0  u64 left
 *     8  s64 cur
 *    16  int value
 */
struct bpf_iter_evens {
	__u64 __opaque[3];
} __attribute__((aligned(8)));

extern int bpf_iter_evens_new(struct bpf_iter_evens *it, int from, int to) __weak __ksym;
extern int *bpf_iter_evens_next(struct bpf_iter_evens *it) __weak __ksym; /* NULL at the end */
extern void bpf_iter_evens_destroy(struct bpf_iter_evens *it) __weak __ksym;
extern u64 bpf_iter_evens_left(struct bpf_iter_evens *it__iter) __weak __ksym;
extern int bpf_iter_evens_peek(struct bpf_iter_evens *it__iter) __weak __ksym;

/*
 * int *element;
 *
 * bpf_for_each(evens, element, from, to) {
 *	…
 * }
 */

#endif /* __BPF_ITER_EVENS_H */
