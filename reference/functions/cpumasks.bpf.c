// SPDX-License-Identifier: GPL-2.0-only
// Sets of CPUs: each function once, on sets that the program made itself.
#include "../iterscope.bpf.h"
LICENSE;

struct cpumask { unsigned long bits[4]; };
struct bpf_cpumask { struct cpumask cpumask; };

extern struct bpf_cpumask *bpf_cpumask_create(void) __ksym;
extern void bpf_cpumask_release(struct bpf_cpumask *cpumask) __ksym;
extern void bpf_cpumask_set_cpu(__u32 cpu, struct bpf_cpumask *cpumask) __ksym;
extern void bpf_cpumask_clear_cpu(__u32 cpu, struct bpf_cpumask *cpumask) __ksym;
extern _Bool bpf_cpumask_test_and_set_cpu(__u32 cpu, struct bpf_cpumask *cpumask) __ksym;
extern _Bool bpf_cpumask_test_and_clear_cpu(__u32 cpu, struct bpf_cpumask *cpumask) __ksym;
extern void bpf_cpumask_setall(struct bpf_cpumask *cpumask) __ksym;
extern void bpf_cpumask_clear(struct bpf_cpumask *cpumask) __ksym;
extern void bpf_cpumask_copy(struct bpf_cpumask *dst, const struct cpumask *src) __ksym;
extern _Bool bpf_cpumask_and(struct bpf_cpumask *dst, const struct cpumask *src1, const struct cpumask *src2) __ksym;
extern void bpf_cpumask_or(struct bpf_cpumask *dst, const struct cpumask *src1, const struct cpumask *src2) __ksym;
extern void bpf_cpumask_xor(struct bpf_cpumask *dst, const struct cpumask *src1, const struct cpumask *src2) __ksym;
extern _Bool bpf_cpumask_equal(const struct cpumask *src1, const struct cpumask *src2) __ksym;
extern _Bool bpf_cpumask_intersects(const struct cpumask *src1, const struct cpumask *src2) __ksym;
extern _Bool bpf_cpumask_subset(const struct cpumask *src1, const struct cpumask *src2) __ksym;
extern _Bool bpf_cpumask_empty(const struct cpumask *cpumask) __ksym;
extern _Bool bpf_cpumask_full(const struct cpumask *cpumask) __ksym;
extern __u32 bpf_cpumask_first_zero(const struct cpumask *cpumask) __ksym;
extern __u32 bpf_cpumask_first_and(const struct cpumask *src1, const struct cpumask *src2) __ksym;
extern __u32 bpf_cpumask_any_distribute(const struct cpumask *cpumask) __ksym;
extern __u32 bpf_cpumask_any_and_distribute(const struct cpumask *src1, const struct cpumask *src2) __ksym;
extern __u32 bpf_cpumask_weight(const struct cpumask *cpumask) __ksym;

/* A program with one set, and one with two more. */
#define ONE(name, ...) \
	SEC("syscall") int name(void *ctx) \
	{ \
		int result = 0; \
		struct bpf_cpumask *a = bpf_cpumask_create(); \
		if (!a) \
			return 0; \
		__VA_ARGS__; \
		bpf_cpumask_release(a); \
		return result; \
	}
#define TWO(name, ...) ONE(name, struct bpf_cpumask *b = bpf_cpumask_create(); if (b) { __VA_ARGS__; bpf_cpumask_release(b); })
#define IN(set) ((const struct cpumask *)(set))

ONE(sets_and_clears, bpf_cpumask_set_cpu(1, a); bpf_cpumask_clear_cpu(1, a))
ONE(was_it_set, result = bpf_cpumask_test_and_set_cpu(1, a))
ONE(was_it_set_before, result = bpf_cpumask_test_and_clear_cpu(1, a))
ONE(all_of_them, bpf_cpumask_setall(a); result = bpf_cpumask_full(IN(a)))
ONE(none_of_them, bpf_cpumask_clear(a); result = bpf_cpumask_empty(IN(a)))
ONE(how_many, result = bpf_cpumask_weight(IN(a)))
ONE(first_that_is_not_in, result = bpf_cpumask_first_zero(IN(a)))
ONE(any_of_them, result = bpf_cpumask_any_distribute(IN(a)))
TWO(copies, bpf_cpumask_copy(a, IN(b)); result = bpf_cpumask_equal(IN(a), IN(b)))
TWO(in_both, result = bpf_cpumask_and(a, IN(a), IN(b)))
TWO(in_one_of_them, bpf_cpumask_or(a, IN(a), IN(b)))
TWO(in_one_alone, bpf_cpumask_xor(a, IN(a), IN(b)))
TWO(have_one_in_common, result = bpf_cpumask_intersects(IN(a), IN(b)))
TWO(lies_within, result = bpf_cpumask_subset(IN(a), IN(b)))
TWO(first_in_both, result = bpf_cpumask_first_and(IN(a), IN(b)))
TWO(any_in_both, result = bpf_cpumask_any_and_distribute(IN(a), IN(b)))
