// SPDX-License-Identifier: GPL-2.0-only
/* Variables of which each CPU has its own. Recorded from a kernel with CONFIG_KALLSYMS_ALL. */
#include "../iterscope.bpf.h"
LICENSE;

struct rq { unsigned int nr_running; } __attribute__((preserve_access_index));
extern const struct rq runqueues __ksym;
extern const int bpf_prog_active __ksym;

int out;

SEC("raw_tp") int this_cpu(void *ctx)
{
	const int *active = bpf_this_cpu_ptr(&bpf_prog_active);
	const struct rq *rq = bpf_this_cpu_ptr(&runqueues);

	out = *active + rq->nr_running;
	return 0;
}

SEC("raw_tp") int per_cpu(void *ctx)
{
	const struct rq *rq = bpf_per_cpu_ptr(&runqueues, 1);
	const int *active = bpf_per_cpu_ptr(&bpf_prog_active, 0);

	if (rq)
		out = rq->nr_running;
	if (active)
		out += *active;
	return 0;
}

SEC("raw_tp") int per_cpu_unchecked(void *ctx)
{
	const struct rq *rq = bpf_per_cpu_ptr(&runqueues, 1);

	return rq->nr_running;
}

SEC("raw_tp") int plain_unchecked(void *ctx)
{
	return *(volatile int *)bpf_per_cpu_ptr(&bpf_prog_active, 1);
}

/* A per-CPU variable has no one place: it is not read as it is. */
SEC("raw_tp") int read_directly(void *ctx)
{
	return ((volatile struct rq *)&runqueues)->nr_running;
}

SEC("raw_tp") int write_copy(void *ctx)
{
	int *active = (int *)bpf_this_cpu_ptr(&bpf_prog_active);

	*active = 1;
	return 0;
}

SEC("raw_tp") int past_copy(void *ctx)
{
	const int *active = bpf_this_cpu_ptr(&bpf_prog_active);

	return *(volatile int *)(active + 1);
}

SEC("raw_tp") int of_no_variable(void *ctx)
{
	const int *active = bpf_this_cpu_ptr(ctx);

	return *(volatile int *)active;
}
