/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef __BPF_ITER_PLACES_H
#define __BPF_ITER_PLACES_H

/*
 * An iterator of one's own, places. Its elements are u32. No kernel has it.
 *
 * Begins the iterator. Takes mask (u64).
 *
 * Within the state, which only its functions read and write:
 *     0  u64 rest
 *     8  u32 value
 */
struct bpf_iter_places {
	__u64 __opaque[2];
} __attribute__((aligned(8)));

extern int bpf_iter_places_new(struct bpf_iter_places *it, u64 mask) __weak __ksym;
extern u32 *bpf_iter_places_next(struct bpf_iter_places *it) __weak __ksym; /* NULL at the end */
extern void bpf_iter_places_destroy(struct bpf_iter_places *it) __weak __ksym;

/*
 * u32 *element;
 *
 * bpf_for_each(places, element, mask) {
 *	…
 * }
 */

#endif /* __BPF_ITER_PLACES_H */
