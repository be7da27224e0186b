// SPDX-License-Identifier: GPL-2.0-only
/* Dynptrs that stand for a reserved record, and those that user space sent. */
#include "dynptr.bpf.h"
LICENSE;

char data[32];
unsigned at, out;

SEC("raw_tp") int submit(void *ctx)
{
	struct bpf_dynptr d;
	int v = 1;

	bpf_ringbuf_reserve_dynptr(&rb, at, 0, &d);
	bpf_dynptr_write(&d, 0, &v, sizeof(v), 0);
	bpf_ringbuf_submit_dynptr(&d, 0);
	return 0;
}

SEC("raw_tp") int leak(void *ctx)
{
	struct bpf_dynptr d;

	if (bpf_ringbuf_reserve_dynptr(&rb, 8, 0, &d))
		return 0;
	bpf_ringbuf_submit_dynptr(&d, 0);
	return 0;
}

SEC("raw_tp") int twice(void *ctx)
{
	struct bpf_dynptr d;

	bpf_ringbuf_reserve_dynptr(&rb, 8, 0, &d);
	bpf_ringbuf_discard_dynptr(&d, 0);
	bpf_ringbuf_submit_dynptr(&d, 0);
	return 0;
}

SEC("raw_tp") int used_after(void *ctx)
{
	struct bpf_dynptr d;
	int v;

	bpf_ringbuf_reserve_dynptr(&rb, 8, 0, &d);
	bpf_ringbuf_submit_dynptr(&d, 0);
	return bpf_dynptr_read(&v, 4, &d, 0, 0);
}

SEC("raw_tp") int memory_after(void *ctx)
{
	struct bpf_dynptr d;
	int *v;

	bpf_ringbuf_reserve_dynptr(&rb, 8, 0, &d);
	v = bpf_dynptr_data(&d, 0, 4);
	bpf_ringbuf_submit_dynptr(&d, 0);
	return v ? *(volatile int *)v : 0;
}

SEC("raw_tp") int overwritten(void *ctx)
{
	struct bpf_dynptr d;

	bpf_ringbuf_reserve_dynptr(&rb, 8, 0, &d);
	*((volatile char *)&d + 8) = 0;
	bpf_ringbuf_discard_dynptr(&d, 0);
	return 0;
}

SEC("raw_tp") int reserved_again(void *ctx)
{
	struct bpf_dynptr d;

	bpf_ringbuf_reserve_dynptr(&rb, 8, 0, &d);
	bpf_ringbuf_reserve_dynptr(&rb, 8, 0, &d);
	bpf_ringbuf_discard_dynptr(&d, 0);
	return 0;
}

SEC("raw_tp") int not_a_record(void *ctx)
{
	struct bpf_dynptr d;

	bpf_dynptr_from_mem(data, sizeof(data), 0, &d);
	bpf_ringbuf_submit_dynptr(&d, 0);
	return 0;
}

/* A clone is the same record: it ends with it. */
SEC("raw_tp") int clone_submits(void *ctx)
{
	struct bpf_dynptr d, e;

	bpf_ringbuf_reserve_dynptr(&rb, 8, 0, &d);
	bpf_dynptr_clone(&d, &e);
	bpf_ringbuf_submit_dynptr(&e, 0);
	return 0;
}

SEC("raw_tp") int clone_used_after(void *ctx)
{
	struct bpf_dynptr d, e;

	bpf_ringbuf_reserve_dynptr(&rb, 8, 0, &d);
	bpf_dynptr_clone(&d, &e);
	bpf_ringbuf_submit_dynptr(&d, 0);
	return bpf_dynptr_size(&e);
}

static long take(struct bpf_dynptr *d, void *sum)
{
	int v = 0;

	bpf_dynptr_read(&v, sizeof(v), d, 0, 0);
	*(int *)sum += v;
	return 0;
}

SEC("raw_tp") int drain(void *ctx)
{
	int sum = 0;

	bpf_user_ringbuf_drain(&urb, take, &sum, 0);
	return sum;
}

static long take_and_submit(struct bpf_dynptr *d, void *sum)
{
	bpf_ringbuf_submit_dynptr(d, 0);
	return 0;
}

SEC("raw_tp") int submits_lent(void *ctx)
{
	return bpf_user_ringbuf_drain(&urb, take_and_submit, 0, 0);
}

SEC("raw_tp") int drains_another(void *ctx)
{
	return bpf_user_ringbuf_drain(&rb, take, 0, 0);
}

static long take_next(struct bpf_dynptr *d, void *sum)
{
	return bpf_dynptr_size(d + 1) & 1;
}

SEC("raw_tp") int moves_lent(void *ctx)
{
	return bpf_user_ringbuf_drain(&urb, take_next, 0, 0);
}
