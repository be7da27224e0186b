// SPDX-License-Identifier: GPL-2.0-only
// Number iterators as C programs write them.
#include "../iterscope.bpf.h"
LICENSE;

SEC("raw_tp") int sum_to_ten(void *ctx)
{
	struct bpf_iter_num it;
	int *v, sum = 0;

	bpf_iter_num_new(&it, 0, 10);
	while ((v = bpf_iter_num_next(&it)))
		sum += *v;
	bpf_iter_num_destroy(&it);
	return sum;
}

SEC("raw_tp") int empty_body(void *ctx)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 3, 30);
	while (bpf_iter_num_next(&it))
		;
	bpf_iter_num_destroy(&it);
	return 0;
}

SEC("raw_tp") int early_break(void *ctx)
{
	struct bpf_iter_num it;
	int *v, last = 0;

	bpf_iter_num_new(&it, 0, 100);
	while ((v = bpf_iter_num_next(&it))) {
		last = *v;
		if (last > 7)
			break;
	}
	bpf_iter_num_destroy(&it);
	return last;
}

SEC("raw_tp") int continue_odd(void *ctx)
{
	struct bpf_iter_num it;
	int *v, sum = 0;

	bpf_iter_num_new(&it, 0, 100);
	while ((v = bpf_iter_num_next(&it))) {
		if (*v & 1)
			continue;
		sum += *v;
	}
	bpf_iter_num_destroy(&it);
	return sum;
}

SEC("raw_tp") int nested_two(void *ctx)
{
	struct bpf_iter_num a, b;
	int *i, *j, sum = 0;

	bpf_iter_num_new(&a, 0, 10);
	while ((i = bpf_iter_num_next(&a))) {
		bpf_iter_num_new(&b, 0, *i);
		while ((j = bpf_iter_num_next(&b)))
			sum += *j;
		bpf_iter_num_destroy(&b);
	}
	bpf_iter_num_destroy(&a);
	return sum;
}

SEC("raw_tp") int nested_three(void *ctx)
{
	struct bpf_iter_num a, b, c;
	int *i, *j, *k, sum = 0;

	bpf_iter_num_new(&a, 0, 10);
	while ((i = bpf_iter_num_next(&a))) {
		bpf_iter_num_new(&b, 0, 5);
		while ((j = bpf_iter_num_next(&b))) {
			bpf_iter_num_new(&c, 0, 3);
			while ((k = bpf_iter_num_next(&c)))
				sum += *i + *j + *k;
			bpf_iter_num_destroy(&c);
		}
		bpf_iter_num_destroy(&b);
	}
	bpf_iter_num_destroy(&a);
	return sum;
}

SEC("raw_tp") int two_after_each_other(void *ctx)
{
	struct bpf_iter_num it;
	int *v, sum = 0;

	bpf_iter_num_new(&it, 0, 10);
	while ((v = bpf_iter_num_next(&it)))
		sum += *v;
	bpf_iter_num_destroy(&it);
	bpf_iter_num_new(&it, 5, 7);
	while ((v = bpf_iter_num_next(&it)))
		sum -= *v;
	bpf_iter_num_destroy(&it);
	return sum;
}

SEC("raw_tp") int lockstep(void *ctx)
{
	struct bpf_iter_num a, b;
	int *i, *j, sum = 0;

	bpf_iter_num_new(&a, 0, 10);
	bpf_iter_num_new(&b, 0, 20);
	while ((i = bpf_iter_num_next(&a)) && (j = bpf_iter_num_next(&b)))
		sum += *i * *j;
	bpf_iter_num_destroy(&b);
	bpf_iter_num_destroy(&a);
	return sum;
}

SEC("raw_tp") int array_on_stack(void *ctx)
{
	struct bpf_iter_num it;
	int arr[8] = {}, *v, sum = 0;

	bpf_iter_num_new(&it, 0, 8);
	while ((v = bpf_iter_num_next(&it))) {
		int i = *v;

		if (i < 0 || i >= 8)
			break;
		hide(i);
		if (i < 0 || i >= 8)
			break;
		arr[i] = i * 2;
		sum += arr[7 - i];
	}
	bpf_iter_num_destroy(&it);
	return sum;
}

SEC("raw_tp") int unrolled_nexts(void *ctx)
{
	struct bpf_iter_num it;
	int *v, sum = 0;

	bpf_iter_num_new(&it, 0, 3);
	v = bpf_iter_num_next(&it);
	if (v)
		sum += *v;
	v = bpf_iter_num_next(&it);
	if (v)
		sum += *v;
	v = bpf_iter_num_next(&it);
	if (v)
		sum += *v;
	bpf_iter_num_destroy(&it);
	return sum;
}

SEC("raw_tp") int helper_in_loop(void *ctx)
{
	struct bpf_iter_num it;
	__u64 t = 0;

	bpf_iter_num_new(&it, 0, 5);
	while (bpf_iter_num_next(&it))
		t += bpf_ktime_get_ns();
	bpf_iter_num_destroy(&it);
	return t & 1;
}

SEC("raw_tp") int count_widened(void *ctx)
{
	struct bpf_iter_num it;
	long n = 0;

	bpf_iter_num_new(&it, 0, 1000);
	while (bpf_iter_num_next(&it)) {
		n++;
		hide(n);
	}
	bpf_iter_num_destroy(&it);
	return n;
}

SEC("raw_tp") int flag_in_loop(void *ctx)
{
	struct bpf_iter_num it;
	int *v, found = 0;

	bpf_iter_num_new(&it, 0, 50);
	while ((v = bpf_iter_num_next(&it))) {
		if (*v == 17)
			found = 1;
		hide(found);
	}
	bpf_iter_num_destroy(&it);
	return found;
}

static __noinl int step(struct bpf_iter_num *it)
{
	int *v = bpf_iter_num_next(it);

	return v ? *v : -1;
}

SEC("raw_tp") int next_in_static(void *ctx)
{
	struct bpf_iter_num it;
	int v, sum = 0;

	bpf_iter_num_new(&it, 0, 10);
	while ((v = step(&it)) >= 0)
		sum += v;
	bpf_iter_num_destroy(&it);
	return sum;
}

static __noinl int whole_loop(int n)
{
	struct bpf_iter_num it;
	int *v, sum = 0;

	bpf_iter_num_new(&it, 0, n);
	while ((v = bpf_iter_num_next(&it)))
		sum += *v;
	bpf_iter_num_destroy(&it);
	return sum;
}

SEC("raw_tp") int loop_in_static(void *ctx)
{
	return whole_loop(5) + whole_loop(bpf_get_prandom_u32());
}

SEC("raw_tp") int loop_around_static(void *ctx)
{
	struct bpf_iter_num it;
	int *v, sum = 0;

	bpf_iter_num_new(&it, 0, 4);
	while ((v = bpf_iter_num_next(&it)))
		sum += whole_loop(*v);
	bpf_iter_num_destroy(&it);
	return sum;
}

static __noinl void start(struct bpf_iter_num *it, int n)
{
	bpf_iter_num_new(it, 0, n);
}

static __noinl void stop(struct bpf_iter_num *it)
{
	bpf_iter_num_destroy(it);
}

SEC("raw_tp") int all_three_in_statics(void *ctx)
{
	struct bpf_iter_num it;

	start(&it, 10);
	while (step(&it) >= 0)
		;
	stop(&it);
	return 0;
}

SEC("raw_tp") int started_never_stopped(void *ctx)
{
	struct bpf_iter_num it;

	start(&it, 10);
	return 0;
}

SEC("raw_tp") int stopped_twice(void *ctx)
{
	struct bpf_iter_num it;

	start(&it, 10);
	stop(&it);
	stop(&it);
	return 0;
}

SEC("raw_tp") int leak(void *ctx)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 10);
	return 0;
}

SEC("raw_tp") int leak_on_one_path(void *ctx)
{
	struct bpf_iter_num it;
	int *v;

	bpf_iter_num_new(&it, 0, 10);
	while ((v = bpf_iter_num_next(&it)))
		if (*v == 5)
			return 1;
	bpf_iter_num_destroy(&it);
	return 0;
}

SEC("raw_tp") int leak_after_drained(void *ctx)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 10);
	while (bpf_iter_num_next(&it))
		;
	return 0;
}

SEC("raw_tp") int leak_inner(void *ctx)
{
	struct bpf_iter_num a, b;

	bpf_iter_num_new(&a, 0, 10);
	while (bpf_iter_num_next(&a)) {
		bpf_iter_num_new(&b, 0, 10);
		bpf_iter_num_next(&b);
	}
	bpf_iter_num_destroy(&a);
	return 0;
}

SEC("raw_tp") int double_destroy(void *ctx)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 10);
	bpf_iter_num_destroy(&it);
	bpf_iter_num_destroy(&it);
	return 0;
}

SEC("raw_tp") int new_twice(void *ctx)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 10);
	bpf_iter_num_new(&it, 0, 10);
	bpf_iter_num_destroy(&it);
	return 0;
}

SEC("raw_tp") int next_after_destroy(void *ctx)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 10);
	bpf_iter_num_destroy(&it);
	bpf_iter_num_next(&it);
	return 0;
}

SEC("raw_tp") int missing_null_check(void *ctx)
{
	struct bpf_iter_num it;
	int v;

	bpf_iter_num_new(&it, 0, 10);
	v = *bpf_iter_num_next(&it);
	bpf_iter_num_destroy(&it);
	return v;
}

SEC("raw_tp") int use_after_destroy(void *ctx)
{
	struct bpf_iter_num it;
	int *v, x = 0;

	bpf_iter_num_new(&it, 0, 10);
	v = bpf_iter_num_next(&it);
	bpf_iter_num_destroy(&it);
	if (v)
		x = *v;
	return x;
}

SEC("raw_tp") int use_after_next(void *ctx)
{
	struct bpf_iter_num it;
	int *v, *w, x = 0;

	bpf_iter_num_new(&it, 0, 10);
	v = bpf_iter_num_next(&it);
	if (v) {
		w = bpf_iter_num_next(&it);
		if (w)
			x = *v + *w;
	}
	bpf_iter_num_destroy(&it);
	return x;
}

SEC("raw_tp") int conditional_destroy(void *ctx)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 10);
	if (bpf_get_prandom_u32() & 1)
		bpf_iter_num_destroy(&it);
	return 0;
}

SEC("raw_tp") int conditional_destroy_both(void *ctx)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 10);
	if (bpf_get_prandom_u32() & 1) {
		bpf_iter_num_next(&it);
		bpf_iter_num_destroy(&it);
	} else {
		bpf_iter_num_destroy(&it);
	}
	return 0;
}

SEC("raw_tp") int conditional_new(void *ctx)
{
	struct bpf_iter_num it;
	int yes = bpf_get_prandom_u32() & 1;

	if (yes)
		bpf_iter_num_new(&it, 0, 10);
	hide(yes);
	if (yes)
		bpf_iter_num_destroy(&it);
	return 0;
}

struct bpf_iter_num in_data = {};
SEC("raw_tp") int iterator_in_global(void *ctx)
{
	bpf_iter_num_new(&in_data, 0, 10);
	bpf_iter_num_destroy(&in_data);
	return 0;
}

SEC("raw_tp") int destroy_in_loop(void *ctx)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 10);
	while (bpf_iter_num_next(&it))
		bpf_iter_num_destroy(&it);
	return 0;
}

SEC("raw_tp") int swapped_destroys(void *ctx)
{
	struct bpf_iter_num a, b;

	bpf_iter_num_new(&a, 0, 10);
	while (bpf_iter_num_next(&a)) {
		bpf_iter_num_new(&b, 0, 10);
		bpf_iter_num_next(&b);
		bpf_iter_num_destroy(&a);
	}
	bpf_iter_num_destroy(&b);
	return 0;
}

SEC("raw_tp") int copied_state(void *ctx)
{
	struct bpf_iter_num a, b;

	bpf_iter_num_new(&a, 0, 10);
	*(volatile __u64 *)&b = *(volatile __u64 *)&a;
	bpf_iter_num_destroy(&b);
	return 0;
}

SEC("raw_tp") int nonconst_range(void *ctx)
{
	struct bpf_iter_num it;
	int *v, sum = 0, n = bpf_get_prandom_u32();

	bpf_iter_num_new(&it, n, n + 10);
	while ((v = bpf_iter_num_next(&it)))
		sum += *v;
	bpf_iter_num_destroy(&it);
	return sum;
}

SEC("raw_tp") int find_with_early_return(void *ctx)
{
	struct bpf_iter_num it;
	int *v;

	bpf_iter_num_new(&it, 0, 10);
	while ((v = bpf_iter_num_next(&it))) {
		if (*v == 3) {
			bpf_iter_num_destroy(&it);
			return 3;
		}
	}
	bpf_iter_num_destroy(&it);
	return 0;
}
