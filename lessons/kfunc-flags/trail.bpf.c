// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Uses of an iterator that no Linux has: what it says of itself is to be written. */

struct task_struct {
	int pid;
	struct task_struct *last_wakee;
} __attribute__((preserve_access_index));
struct bpf_iter_trail {
	__u64 __opaque[3];
} __attribute__((aligned(8)));

extern int bpf_iter_trail_new(struct bpf_iter_trail *it, struct task_struct *task, __u64 *marks, __u32 size,
			      int mode) __weak __ksym;
extern int *bpf_iter_trail_next(struct bpf_iter_trail *it) __weak __ksym;
extern void bpf_iter_trail_destroy(struct bpf_iter_trail *it) __weak __ksym;
static __u32 (*bpf_get_prandom_u32)(void) = (void *)7;

__u64 one;
__u64 two[2] = { 1, 2 };

static inline int follow(struct task_struct *task, __u64 *marks, __u32 size, int mode)
{
	struct bpf_iter_trail it;
	int count = 0;

	bpf_iter_trail_new(&it, task, marks, size, mode);
	while (bpf_iter_trail_next(&it))
		count++;
	bpf_iter_trail_destroy(&it);
	return count;
}

/* As it is meant: the task that comes next, two marks, mode 1. */
SEC("tp_btf/sched_switch")
int good(__u64 *ctx)
{
	return follow((void *)ctx[2], two, sizeof(two), 1);
}

/* One mark, and the size of two. */
SEC("tp_btf/sched_switch")
int too_short(__u64 *ctx)
{
	return follow((void *)ctx[2], &one, sizeof(two), 1);
}

/* A mode that comes up by chance. */
SEC("tp_btf/sched_switch")
int any_mode(__u64 *ctx)
{
	return follow((void *)ctx[2], two, sizeof(two), bpf_get_prandom_u32() & 1);
}

/* A task that another one names. It may be gone. */
SEC("tp_btf/sched_switch")
int hearsay(__u64 *ctx)
{
	struct task_struct *next = (void *)ctx[2];

	return follow(next->last_wakee, two, sizeof(two), 1);
}
