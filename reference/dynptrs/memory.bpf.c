// SPDX-License-Identifier: GPL-2.0-only
/* Dynptrs of a map's value: made, read, written, sliced, overwritten. */
#include "dynptr.bpf.h"
LICENSE;

char data[32];
unsigned at, out;

SEC("raw_tp") int read_and_write(void *ctx)
{
	struct bpf_dynptr d;
	int v = 0;

	bpf_dynptr_from_mem(data, sizeof(data), 0, &d);
	bpf_dynptr_read(&v, sizeof(v), &d, at, 0);
	v++;
	return bpf_dynptr_write(&d, at, &v, sizeof(v), 0);
}

SEC("raw_tp") int memory(void *ctx)
{
	struct bpf_dynptr d;
	int *v;

	bpf_dynptr_from_mem(data, sizeof(data), 0, &d);
	v = bpf_dynptr_data(&d, at, sizeof(*v));
	if (v)
		out = *v + bpf_dynptr_size(&d);
	return 0;
}

SEC("raw_tp") int sliced(void *ctx)
{
	struct bpf_dynptr d;
	char buffer[8] = {}, *v;

	bpf_dynptr_from_mem(data, sizeof(data), 0, &d);
	v = bpf_dynptr_slice(&d, at, buffer, sizeof(buffer));
	if (v)
		out = v[7];
	return 0;
}

SEC("raw_tp") int slice_unchecked(void *ctx)
{
	struct bpf_dynptr d;
	char *v;

	bpf_dynptr_from_mem(data, sizeof(data), 0, &d);
	v = bpf_dynptr_slice(&d, at, 0, 8);
	return *(volatile char *)v;
}

SEC("raw_tp") int slice_written(void *ctx)
{
	struct bpf_dynptr d;
	char *v;

	bpf_dynptr_from_mem(data, sizeof(data), 0, &d);
	v = bpf_dynptr_slice(&d, at, 0, 8);
	if (v)
		*v = 1;
	return 0;
}

SEC("raw_tp") int slice_past_end(void *ctx)
{
	struct bpf_dynptr d;
	char *v;

	bpf_dynptr_from_mem(data, sizeof(data), 0, &d);
	v = bpf_dynptr_slice(&d, at, 0, 8);
	return v ? *(volatile char *)(v + 8) : 0;
}

SEC("raw_tp") int slice_to_write(void *ctx)
{
	struct bpf_dynptr d;
	char *v;

	bpf_dynptr_from_mem(data, sizeof(data), 0, &d);
	v = bpf_dynptr_slice_rdwr(&d, at, 0, 8);
	if (v)
		*v = 1;
	return 0;
}

SEC("raw_tp") int buffer_too_small(void *ctx)
{
	struct bpf_dynptr d;
	char buffer[8] = {}, *v;

	bpf_dynptr_from_mem(data, sizeof(data), 0, &d);
	v = bpf_dynptr_slice(&d, at, buffer + 4, 64);
	if (v)
		out = v[7];
	return 0;
}

SEC("raw_tp") int of_the_stack(void *ctx)
{
	struct bpf_dynptr d;
	char buffer[8] = {};

	return bpf_dynptr_from_mem(buffer, sizeof(buffer), 0, &d);
}

SEC("raw_tp") int never_made(void *ctx)
{
	struct bpf_dynptr d;
	int v = 0;

	return bpf_dynptr_read(&v, sizeof(v), &d, 0, 0);
}

/* Made on one way only. */
SEC("raw_tp") int half_made(void *ctx)
{
	struct bpf_dynptr d;

	if (at)
		bpf_dynptr_from_mem(data, sizeof(data), 0, &d);
	return bpf_dynptr_size(&d);
}

SEC("raw_tp") int inner_half(void *ctx)
{
	struct bpf_dynptr d[2];

	bpf_dynptr_from_mem(data, sizeof(data), 0, &d[0]);
	bpf_dynptr_from_mem(data, 8, 0, &d[1]);
	return bpf_dynptr_size((void *)&d[0] + 8);
}

SEC("raw_tp") int not_on_stack(void *ctx)
{
	return bpf_dynptr_from_mem(data, 8, 0, (struct bpf_dynptr *)&data[16]);
}

SEC("raw_tp") int overwritten(void *ctx)
{
	struct bpf_dynptr d;

	bpf_dynptr_from_mem(data, sizeof(data), 0, &d);
	*(volatile char *)&d = 1;
	return bpf_dynptr_size(&d);
}

/* Overwriting takes the memory away with the dynptr. */
SEC("raw_tp") int memory_overwritten(void *ctx)
{
	struct bpf_dynptr d;
	int *v;

	bpf_dynptr_from_mem(data, sizeof(data), 0, &d);
	v = bpf_dynptr_data(&d, 0, 4);
	if (!v)
		return 0;
	*((volatile char *)&d + 9) = 1;
	return *(volatile int *)v;
}

SEC("raw_tp") int made_again(void *ctx)
{
	struct bpf_dynptr d;
	int *v;

	bpf_dynptr_from_mem(data, sizeof(data), 0, &d);
	bpf_dynptr_from_mem(data, 8, 0, &d);
	v = bpf_dynptr_data(&d, 0, 4);
	if (!v)
		return 0;
	return *(volatile int *)v;
}

SEC("raw_tp") int memory_made_again(void *ctx)
{
	struct bpf_dynptr d;
	int *v;

	bpf_dynptr_from_mem(data, sizeof(data), 0, &d);
	v = bpf_dynptr_data(&d, 0, 4);
	if (!v)
		return 0;
	bpf_dynptr_from_mem(data, 8, 0, &d);
	return *(volatile int *)v;
}

SEC("raw_tp") int read_as_memory(void *ctx)
{
	struct bpf_dynptr d;

	bpf_dynptr_from_mem(data, sizeof(data), 0, &d);
	return *(volatile __u64 *)&d;
}

/* What a call fills must not be its own dynptr. */
SEC("raw_tp") int into_itself(void *ctx)
{
	struct bpf_dynptr d;

	bpf_dynptr_from_mem(data, sizeof(data), 0, &d);
	return bpf_dynptr_read(&d, sizeof(d), &d, 0, 0);
}

SEC("raw_tp") int size_unknown(void *ctx)
{
	struct bpf_dynptr d;
	char *v;

	bpf_dynptr_from_mem(data, sizeof(data), 0, &d);
	v = bpf_dynptr_data(&d, 0, at);
	return v ? *(volatile char *)v : 0;
}

SEC("raw_tp") int cloned(void *ctx)
{
	struct bpf_dynptr d, e;
	int *v;

	bpf_dynptr_from_mem(data, sizeof(data), 0, &d);
	bpf_dynptr_clone(&d, &e);
	bpf_dynptr_adjust(&e, 4, 8);
	v = bpf_dynptr_data(&e, 0, 4);
	if (v)
		out = *v;
	return bpf_dynptr_is_null(&d) + bpf_dynptr_is_rdonly(&e);
}

/* Each round makes it anew. */
SEC("raw_tp") int in_a_loop(void *ctx)
{
	struct bpf_iter_num it;
	struct bpf_dynptr d;
	int *i;

	bpf_iter_num_new(&it, 0, 8);
	while ((i = bpf_iter_num_next(&it))) {
		char v = *i;

		bpf_dynptr_from_mem(data, sizeof(data), 0, &d);
		bpf_dynptr_write(&d, *i, &v, 1, 0);
	}
	bpf_iter_num_destroy(&it);
	return 0;
}

static __noinl int helper(struct bpf_dynptr *d) { return bpf_dynptr_size(d); }

SEC("raw_tp") int passed_down(void *ctx)
{
	struct bpf_dynptr d;

	bpf_dynptr_from_mem(data, sizeof(data), 0, &d);
	return helper(&d);
}

__noinl int measure(const struct bpf_dynptr *d) { return bpf_dynptr_size(d); }
__noinl int narrow(struct bpf_dynptr *d)
{
	struct bpf_dynptr e;

	bpf_dynptr_clone(d, &e);
	bpf_dynptr_adjust(&e, 1, 2);
	return bpf_dynptr_size(&e);
}

SEC("raw_tp") int global_functions(void *ctx)
{
	struct bpf_dynptr d;

	bpf_dynptr_from_mem(data, sizeof(data), 0, &d);
	return measure(&d) + narrow(&d);
}

SEC("raw_tp") int global_unmade(void *ctx)
{
	struct bpf_dynptr d;

	return measure(&d);
}

SEC("raw_tp") int global_other(void *ctx)
{
	return measure((void *)data);
}
