// SPDX-License-Identifier: GPL-2.0-only
// Memory, the stack, packets and iterators.
#include "../kernel.bpf.h"
LICENSE;
NUM_ROOT

struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64); } hash SEC(".maps");
struct __sk_buff { __u32 skip[19]; __u32 data, data_end; };
struct xdp_md { __u32 data, data_end; };

__u32 hits, where;
__u64 out;
struct bpf_iter_num in_global;

#define PAIR(name, broken, mended) ASM(name, broken) ASM(name##_mended, mended)

PAIR(no_value, "exit;", "r0 = 0; exit;")
PAIR(over_a_call, "r1 = 3;" RANDOM "r0 = r1; exit;", "r6 = 3;" RANDOM "r0 = r6; exit;")
PAIR(frame_pointer, "r10 += -8;" RET0, "r2 = r10; r2 += -8;" RET0)
PAIR(halves_a_pointer, "r2 = r10; w2 += 4;" RET0, "r2 = r10; r2 += 4;" RET0)
PAIR(bits_of_a_pointer, "r2 = r10; r2 &= -8;" RET0, "r3 = -13; r3 &= -8; r2 = r10; r2 += r3;" RET0)
PAIR(moved_context, "r1 += 8; r0 = *(u64 *)(r1 + 0);" RET0, "r0 = *(u64 *)(r1 + 8);" RET0)
PAIR(context_anywhere, "r6 = r1;" RANDOM "r0 &= 8; r6 += r0; r0 = *(u64 *)(r6 + 0);" RET0, "r0 = *(u64 *)(r1 + 8);" RET0)
PAIR(misaligned, "r2 = 0; *(u32 *)(r10 - 7) = r2;" RET0, "r2 = 0; *(u32 *)(r10 - 8) = r2;" RET0)
PAIR(off_the_stack, "r2 = 0; *(u64 *)(r10 + 8) = r2;" RET0, "r2 = 0; *(u64 *)(r10 - 8) = r2;" RET0)
PAIR(half_a_pointer, "*(u64 *)(r10 - 8) = r1; w2 = *(u32 *)(r10 - 8);" RET0, "*(u64 *)(r10 - 8) = r1; r2 = *(u64 *)(r10 - 8);" RET0)
PAIR(saves_half, "*(u32 *)(r10 - 8) = r1;" RET0, "*(u64 *)(r10 - 8) = r1;" RET0)
PAIR(atomic_on_context, "r2 = 1; lock *(u64 *)(r1 + 0) += r2;" RET0, "r2 = 1; *(u64 *)(r10 - 8) = r2; lock *(u64 *)(r10 - 8) += r2;" RET0)

SUB(returns_stack, "r0 = r10; exit;")
SUB(returns_number, "r0 = 3; exit;")
PAIR(stack_returned, "call returns_stack;" RET0, "call returns_number;" RET0)
SUB(leaves_its_stack, "*(u64 *)(r1 + 0) = r10;" RET0)
SUB(writes_there, "r2 = 7; *(u64 *)(r1 + 0) = r2;" RET0)
PAIR(left_to_caller, "r1 = r10; r1 += -8; call leaves_its_stack;" RET0, "r1 = r10; r1 += -8; call writes_there;" RET0)
PAIR(two_kinds, "r6 = r1; " RANDOM "r2 = r10; r2 += -8; r3 = 0; *(u64 *)(r10 - 8) = r3; if r0 == 0 goto 1f; r2 = r6; 1: r0 = *(u64 *)(r2 + 0);" RET0,
     "r6 = r1; " RANDOM "r2 = r10; r2 += -8; r3 = 0; *(u64 *)(r10 - 8) = r3; if r0 == 0 goto 1f; r0 = *(u64 *)(r6 + 0); goto 2f; 1: r0 = *(u64 *)(r2 + 0); 2:" RET0)

SEC("raw_tp") int reads_outside(__u64 *ctx)
{
	return *(volatile __u64 *)((char *)ctx + 9000) & 1;
}

SEC("raw_tp") int reads_outside_mended(__u64 *ctx)
{
	return ctx[0] & 1;
}

SEC("tp_btf/sched_switch") int any_field(__u64 *ctx)
{
	char *t = (void *)ctx[2];

	return *(volatile char *)(t + (where & 64));
}

SEC("tp_btf/sched_switch") int any_field_mended(__u64 *ctx)
{
	struct task_struct___g *t = (void *)ctx[2];

	hits = where ? t->pid : t->tgid;
	return 0;
}

SEC("tp_btf/sched_switch") int half_a_field(__u64 *ctx)
{
	struct task_struct___g *t = (void *)ctx[2];

	hits = *(volatile __u32 *)&t->real_parent;
	return 0;
}

SEC("tp_btf/sched_switch") int half_a_field_mended(__u64 *ctx)
{
	struct task_struct___g *t = (void *)ctx[2];

	hits = t->real_parent->pid;
	return 0;
}

SEC("raw_tp") int follows_a_number(__u64 *ctx)
{
	int *p = (int *)ctx[0];

	return *p & 1;
}

SEC("raw_tp") int follows_a_number_mended(__u64 *ctx)
{
	int *p = (int *)ctx[0], value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), p);
	return value & 1;
}

SEC("raw_tp") int unset_stack(void *ctx)
{
	struct bpf_iter_num it;
	__u64 state;

	bpf_iter_num_new(&it, 0, 3);
	state = *(volatile __u64 *)&it;
	bpf_iter_num_destroy(&it);
	return state & 1;
}

SEC("raw_tp") int unset_stack_mended(void *ctx)
{
	struct bpf_iter_num it;
	int *v, last = 0;

	bpf_iter_num_new(&it, 0, 3);
	v = bpf_iter_num_next(&it);
	if (v)
		last = *v;
	bpf_iter_num_destroy(&it);
	return last & 1;
}

// Iterators.
SEC("raw_tp") int leaks(void *ctx)
{
	struct bpf_iter_num it;
	int *v;

	bpf_iter_num_new(&it, 0, 10);
	while ((v = bpf_iter_num_next(&it)))
		if (*v == 5)
			return *v;
	bpf_iter_num_destroy(&it);
	return 0;
}

SEC("raw_tp") int leaks_mended(void *ctx)
{
	struct bpf_iter_num it;
	int *v;

	bpf_iter_num_new(&it, 0, 10);
	while ((v = bpf_iter_num_next(&it)))
		if (*v == 5) {
			bpf_iter_num_destroy(&it);
			return 5;
		}
	bpf_iter_num_destroy(&it);
	return 0;
}

SEC("raw_tp") int destroys_twice(void *ctx)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 10);
	bpf_iter_num_destroy(&it);
	bpf_iter_num_destroy(&it);
	return 0;
}

SEC("raw_tp") int destroys_twice_mended(void *ctx)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 10);
	bpf_iter_num_destroy(&it);
	return 0;
}

SEC("raw_tp") int in_a_global(void *ctx)
{
	bpf_iter_num_new(&in_global, 0, 10);
	bpf_iter_num_destroy(&in_global);
	return 0;
}

SEC("raw_tp") int in_a_global_mended(void *ctx)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 10);
	bpf_iter_num_destroy(&it);
	return 0;
}

SEC("raw_tp") int one_on_another(void *ctx)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 10);
	bpf_iter_num_new(&it, 0, 10);
	bpf_iter_num_destroy(&it);
	return 0;
}

SEC("raw_tp") int one_on_another_mended(void *ctx)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 10);
	bpf_iter_num_destroy(&it);
	bpf_iter_num_new(&it, 0, 10);
	bpf_iter_num_destroy(&it);
	return 0;
}

SEC("tp_btf/cgroup_mkdir") int members(__u64 *ctx)
{
	struct cgroup *cgrp = (void *)ctx[0];
	struct bpf_iter_css_task it;

	bpf_iter_css_task_new(&it, &cgrp->self, 0);
	while (bpf_iter_css_task_next(&it))
		hits++;
	bpf_iter_css_task_destroy(&it);
	return 0;
}

SEC("syscall") int members_mended(void *ctx)
{
	struct cgroup *cgrp = bpf_cgroup_from_id(1);
	struct bpf_iter_css_task it;

	if (!cgrp)
		return 0;
	bpf_iter_css_task_new(&it, &cgrp->self, 0);
	while (bpf_iter_css_task_next(&it))
		hits++;
	bpf_iter_css_task_destroy(&it);
	bpf_cgroup_release(cgrp);
	return 0;
}

PAIR(end_is_a_pointer, "r6 = r10;" "r1 = r10; r1 += -8; r2 = 0; r3 = r6; call bpf_iter_num_new;" DESTROY(-8) RET0,
     "r1 = r10; r1 += -8; r2 = 0; r3 = 5; call bpf_iter_num_new;" DESTROY(-8) RET0)

// Packets.
SEC("tc") int shorter(struct __sk_buff *skb)
{
	char *data = (char *)(long)skb->data, *end = (char *)(long)skb->data_end;

	if (data + 4 > end)
		return 0;
	return data[4];
}

SEC("tc") int shorter_mended(struct __sk_buff *skb)
{
	char *data = (char *)(long)skb->data, *end = (char *)(long)skb->data_end;

	if (data + 5 > end)
		return 0;
	return data[4];
}

SEC("xdp") int too_far(struct xdp_md *ctx)
{
	char *data = (char *)(long)ctx->data, *end = (char *)(long)ctx->data_end, *p;
	__u32 off = *(volatile __u32 *)&where;

	if (off > 100000)
		return 2;
	p = data + off;
	if (p + 1 > end)
		return 2;
	hits = *p;
	return 2;
}

SEC("xdp") int too_far_mended(struct xdp_md *ctx)
{
	char *data = (char *)(long)ctx->data, *end = (char *)(long)ctx->data_end, *p;
	__u32 off = *(volatile __u32 *)&where;

	if (off > 60000)
		return 2;
	p = data + off;
	if (p + 1 > end)
		return 2;
	hits = *p;
	return 2;
}

SEC("xdp") int after_moving(struct xdp_md *ctx)
{
	char *data = (char *)(long)ctx->data, *end = (char *)(long)ctx->data_end;

	if (data + 4 > end)
		return 2;
	bpf_xdp_adjust_head((void *)ctx, 4);
	hits = data[0];
	return 2;
}

SEC("xdp") int after_moving_mended(struct xdp_md *ctx)
{
	char *data, *end;

	bpf_xdp_adjust_head((void *)ctx, 4);
	data = (char *)(long)ctx->data;
	end = (char *)(long)ctx->data_end;
	if (data + 4 > end)
		return 2;
	hits = data[0];
	return 2;
}
