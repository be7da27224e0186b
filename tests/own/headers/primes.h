/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef __BPF_ITER_PRIMES_H
#define __BPF_ITER_PRIMES_H

/*
 * An iterator of one's own, primes. Its elements are u64. No kernel has it.
 *
 * Begins the iterator.
 *
 * Within the state, which only its functions read and write:
 *     0  u64 memory
 *     8  u32 at
 *    12  u32 end
 */
struct bpf_iter_primes {
	__u64 __opaque[2];
} __attribute__((aligned(8)));

extern int bpf_iter_primes_new(struct bpf_iter_primes *it) __weak __ksym;
extern u64 *bpf_iter_primes_next(struct bpf_iter_primes *it) __weak __ksym; /* NULL at the end */
extern void bpf_iter_primes_destroy(struct bpf_iter_primes *it) __weak __ksym;

/*
 * u64 *element;
 *
 * bpf_for_each(primes, element) {
 *	…
 * }
 */

#endif /* __BPF_ITER_PRIMES_H */
