// SPDX-License-Identifier: GPL-2.0-only
// Programs over iterators that no kernel has: those of model.json, through the headers that `iterscope iterator check` prints.
#include "../golden/iterscope.bpf.h"
typedef __u64 u64;
typedef __u32 u32;
typedef __s64 s64;
#include "headers/evens.h"
#include "headers/family.h"
#include "headers/people.h"
#include "headers/places.h"
#include "headers/primes.h"
#include "headers/steps.h"
LICENSE;

/* As newer versions of libbpf's bpf_helpers.h have it. */
#ifndef bpf_for_each
#define bpf_for_each(type, cur, args...) \
	for (struct bpf_iter_##type it __attribute__((aligned(8), cleanup(bpf_iter_##type##_destroy))), \
	     *it_p __attribute__((unused)) = (bpf_iter_##type##_new(&it, ##args), (void)bpf_iter_##type##_destroy, (void *)0); \
	     ((cur) = bpf_iter_##type##_next(&it));)
#endif

struct task_struct___own { unsigned int flags; int pid; int tgid; char comm[16]; } __attribute__((preserve_access_index));

SEC("raw_tp") int sum_evens(void *ctx)
{
	int *e, sum = 0;

	bpf_for_each(evens, e, 1, 10)
		sum += *e;
	return sum;
}

/* The errno of a constructor that fails, and what is in the iterator then. */
SEC("raw_tp") int fails(void *ctx)
{
	struct bpf_iter_evens it;
	int err, found = 0;

	err = bpf_iter_evens_new(&it, 0, 1001);
	while (bpf_iter_evens_next(&it))
		found++;
	bpf_iter_evens_destroy(&it);
	return -err * 100 + found;
}

/* What comes next, and how much is left, without going on. */
SEC("raw_tp") int looks_ahead(void *ctx)
{
	struct bpf_iter_evens it;
	int *e, result = 0;

	bpf_iter_evens_new(&it, 4, 12);
	e = bpf_iter_evens_next(&it);
	if (e)
		result = *e * 100 + bpf_iter_evens_peek(&it) * 10 + bpf_iter_evens_left(&it);
	bpf_iter_evens_destroy(&it);
	return result;
}

SEC("raw_tp") int counts_down(void *ctx)
{
	s64 *v, digits = 0;

	bpf_for_each(steps, v, 9, 1, -3)
		digits = digits * 10 + *v;
	return digits;
}

SEC("raw_tp") int too_long(void *ctx)
{
	struct bpf_iter_steps it;
	int err = bpf_iter_steps_new(&it, 0, 101, 1);

	bpf_iter_steps_destroy(&it);
	return err;
}

SEC("raw_tp") int last_prime(void *ctx)
{
	u64 *p, last = 0;

	bpf_for_each(primes, p)
		last = *p;
	return last == 0xffffffffffffffc5;
}

SEC("raw_tp") int bit_places(void *ctx)
{
	u32 *b, sum = 0;

	bpf_for_each(places, b, 0x8000000000000005)
		sum = sum * 100 + *b;
	return sum;
}

#define WALK(name, order) \
SEC("raw_tp") int name(void *ctx) \
{ \
	int *v, digits = 0; \
	bpf_for_each(family, v, order) \
		digits = digits * 10 + *v; \
	return digits; \
}
WALK(pre_order, 0)
WALK(post_order, 1)
WALK(breadth_first, 2)
WALK(no_order, 3)

SEC("raw_tp") int reads_tasks(void *ctx)
{
	struct task_struct *task;
	int sum = 0;

	bpf_for_each(people, task) {
		struct task_struct___own *t = (void *)task;

		sum = sum * 10 + t->pid + t->tgid + (t->flags >> 20) + (t->comm[0] == 's');
	}
	return sum;
}

SEC("raw_tp") int forgets(void *ctx)
{
	struct bpf_iter_evens it;

	bpf_iter_evens_new(&it, 0, 10);
	return 0;
}

SEC("raw_tp") int unchecked(void *ctx)
{
	struct bpf_iter_evens it;
	int *e, v;

	bpf_iter_evens_new(&it, 0, 10);
	e = bpf_iter_evens_next(&it);
	v = *e;
	bpf_iter_evens_destroy(&it);
	return v;
}

SEC("raw_tp") int confuses(void *ctx)
{
	struct bpf_iter_places it;

	bpf_iter_places_new(&it, 5);
	bpf_iter_evens_next((void *)&it);
	bpf_iter_places_destroy(&it);
	return 0;
}

SEC("raw_tp") int peeks_before(void *ctx)
{
	struct bpf_iter_evens it;

	return bpf_iter_evens_peek(&it);
}
