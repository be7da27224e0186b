// SPDX-License-Identifier: GPL-2.0-only
// What is left: shapes that a compiler or an assembler may leave, atomic operations, formats, dynptrs, fields of maps, per-CPU memory.
#include "../kernel.bpf.h"
LICENSE;

struct bpf_dynptr { __u64 __opaque[2]; } __attribute__((aligned(8)));
struct bpf_timer { __u64 __opaque[2]; } __attribute__((aligned(8)));
extern _Bool bpf_dynptr_is_null(const struct bpf_dynptr *p) __ksym;
extern void *bpf_dynptr_slice(const struct bpf_dynptr *p, __u32 offset, void *buffer__opt, __u32 buffer__szk) __ksym;
struct __sk_buff { __u32 skip[19]; __u32 data, data_end; };

#define __kptr __attribute__((btf_type_tag("kptr")))
struct ticking { struct bpf_timer timer; __u64 count; };
struct owning { struct task_struct __kptr *task; __u64 count; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, struct ticking); } timers SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, struct owning); } owners SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); } numbers SEC(".maps");
struct { __uint(type, 27); __uint(max_entries, 4096); } rb SEC(".maps");
struct { __uint(type, 31); __uint(max_entries, 4096); } urb SEC(".maps");
struct { __uint(type, 3); __uint(max_entries, 4); __type(key, __u32); __type(value, __u32); } programs SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u32); __type(value, __u32); } hash SEC(".maps");

__u32 hits, size;
char text[32], message[16] = "n %d";
__u64 args[1];
struct bpf_dynptr in_global;

#define PAIR(name, broken, mended) ASM(name, broken) ASM(name##_mended, mended)

PAIR(no_way_out, "r0 = 0; if r0 == 1 goto +1; exit; r0 = 1;", "r0 = 0; if r0 == 1 goto +1; exit; r0 = 1; exit;")
PAIR(dead_code, "r0 = 0; exit; r0 = 1; exit;", "r0 = 0; exit;")
PAIR(by_zero, "r0 = 4; r0 /= 0; exit;", "r0 = 4; r0 /= 2; exit;")
PAIR(too_many_bits, "r0 = 4; .byte 0x67,0,0,0,64,0,0,0; exit;", "r0 = 4; r0 <<= 4; exit;")
PAIR(old_packet_load, ".byte 0x28,0,0,0,12,0,0,0; exit;", "r0 = 0; exit;")

__noinl char *returns_pointer(int n) { hide(n); return n ? text : message; }
__noinl int returns_index(int n) { hide(n); return n; }
SEC("raw_tp") int global_returns_pointer(void *ctx) { return returns_pointer(size) != 0; }
SEC("raw_tp") int global_returns_pointer_mended(void *ctx) { return returns_index(size) != 0; }

SEC("raw_tp") int format_changes(void *ctx)
{
	return bpf_snprintf(text, sizeof(text), message, args, sizeof(args)) & 1;
}

static const char fixed[] = "n %d";

SEC("raw_tp") int format_changes_mended(void *ctx)
{
	return bpf_snprintf(text, sizeof(text), fixed, args, sizeof(args)) & 1;
}

SEC("raw_tp") int timer_here(void *ctx)
{
	__u32 key = 0;
	struct ticking *t = bpf_map_lookup_elem(&timers, &key);

	return t ? t->count & 1 : 0;
}

SEC("syscall") int timer_here_mended(void *ctx)
{
	__u32 key = 0;
	struct ticking *t = bpf_map_lookup_elem(&timers, &key);

	return t ? t->count & 1 : 0;
}

SEC("syscall") int timer_as_bytes(void *ctx)
{
	__u32 key = 0;
	struct ticking *t = bpf_map_lookup_elem(&timers, &key);

	return t ? t->timer.__opaque[0] & 1 : 0;
}

SEC("syscall") int timer_as_bytes_mended(void *ctx)
{
	__u32 key = 0;
	struct ticking *t = bpf_map_lookup_elem(&timers, &key);

	if (t)
		bpf_timer_init(&t->timer, &timers, 1);
	return t ? t->count & 1 : 0;
}

SEC("syscall") int no_timer_there(void *ctx)
{
	__u32 key = 0;
	__u64 *v = bpf_map_lookup_elem(&numbers, &key);

	if (v)
		bpf_timer_init((void *)v, &numbers, 1);
	return 0;
}

SEC("syscall") int no_timer_there_mended(void *ctx)
{
	__u32 key = 0;
	struct ticking *t = bpf_map_lookup_elem(&timers, &key);

	if (t)
		bpf_timer_init(&t->timer, &timers, 1);
	return 0;
}

SEC("syscall") int puts_another(void *ctx)
{
	__u32 key = 0;
	struct owning *o = bpf_map_lookup_elem(&owners, &key);
	struct cgroup *cgrp = bpf_cgroup_from_id(1), *old;

	if (!cgrp)
		return 0;
	if (!o) {
		bpf_cgroup_release(cgrp);
		return 0;
	}
	old = bpf_kptr_xchg(&o->task, cgrp);
	if (old)
		bpf_cgroup_release(old);
	return 0;
}

SEC("syscall") int puts_another_mended(void *ctx)
{
	__u32 key = 0;
	struct owning *o = bpf_map_lookup_elem(&owners, &key);
	struct task_struct *t = bpf_task_from_pid(1), *old;

	if (!t)
		return 0;
	if (!o) {
		bpf_task_release(t);
		return 0;
	}
	old = bpf_kptr_xchg(&o->task, t);
	if (old)
		bpf_task_release(old);
	return 0;
}

SEC("raw_tp") int size_not_constant(void *ctx)
{
	void *record = bpf_ringbuf_reserve(&rb, *(volatile __u32 *)&size, 0);

	if (record)
		bpf_ringbuf_discard(record, 0);
	return 0;
}

SEC("raw_tp") int size_not_constant_mended(void *ctx)
{
	void *record = bpf_ringbuf_reserve(&rb, 16, 0);

	if (record)
		bpf_ringbuf_discard(record, 0);
	return 0;
}

SEC("raw_tp") int not_a_dynptr(void *ctx)
{
	struct bpf_dynptr d;

	return bpf_dynptr_is_null(&d);
}

SEC("raw_tp") int not_a_dynptr_mended(void *ctx)
{
	struct bpf_dynptr d;

	bpf_dynptr_from_mem(text, sizeof(text), 0, &d);
	return bpf_dynptr_is_null(&d);
}

SEC("raw_tp") int of_the_stack(void *ctx)
{
	char local[16] = {};
	struct bpf_dynptr d;

	bpf_dynptr_from_mem(local, sizeof(local), 0, &d);
	return bpf_dynptr_is_null(&d);
}

SEC("raw_tp") int of_the_stack_mended(void *ctx)
{
	struct bpf_dynptr d;

	bpf_dynptr_from_mem(text, sizeof(text), 0, &d);
	return bpf_dynptr_is_null(&d);
}

SEC("raw_tp") int record_made_again(void *ctx)
{
	struct bpf_dynptr d;

	bpf_ringbuf_reserve_dynptr(&rb, 16, 0, &d);
	bpf_ringbuf_reserve_dynptr(&rb, 16, 0, &d);
	bpf_ringbuf_discard_dynptr(&d, 0);
	return 0;
}

SEC("raw_tp") int record_made_again_mended(void *ctx)
{
	struct bpf_dynptr d;

	bpf_ringbuf_reserve_dynptr(&rb, 16, 0, &d);
	bpf_ringbuf_discard_dynptr(&d, 0);
	bpf_ringbuf_reserve_dynptr(&rb, 16, 0, &d);
	bpf_ringbuf_discard_dynptr(&d, 0);
	return 0;
}

SEC("raw_tp") int submits_memory(void *ctx)
{
	struct bpf_dynptr d;

	bpf_dynptr_from_mem(text, sizeof(text), 0, &d);
	bpf_ringbuf_submit_dynptr(&d, 0);
	return 0;
}

SEC("raw_tp") int submits_memory_mended(void *ctx)
{
	struct bpf_dynptr d;

	bpf_ringbuf_reserve_dynptr(&rb, 16, 0, &d);
	bpf_ringbuf_submit_dynptr(&d, 0);
	return 0;
}

SEC("raw_tp") int in_a_global_dynptr(void *ctx)
{
	bpf_dynptr_from_mem(text, sizeof(text), 0, &in_global);
	return 0;
}

SEC("raw_tp") int in_a_global_dynptr_mended(void *ctx)
{
	struct bpf_dynptr d;

	bpf_dynptr_from_mem(text, sizeof(text), 0, &d);
	return 0;
}

SEC("raw_tp") int goes_on_with_hash(void *ctx)
{
	bpf_tail_call(ctx, &hash, 0);
	return 0;
}

SEC("raw_tp") int goes_on_with_hash_mended(void *ctx)
{
	bpf_tail_call(ctx, &programs, 0);
	return 0;
}

SEC("raw_tp") int element_written(void *ctx)
{
	struct bpf_iter_num it;
	int *v;

	bpf_iter_num_new(&it, 0, 3);
	v = bpf_iter_num_next(&it);
	if (v)
		*v = 7;
	bpf_iter_num_destroy(&it);
	return 0;
}

SEC("raw_tp") int element_written_mended(void *ctx)
{
	struct bpf_iter_num it;
	int *v, copy = 0;

	bpf_iter_num_new(&it, 0, 3);
	v = bpf_iter_num_next(&it);
	if (v)
		copy = *v;
	copy = 7;
	bpf_iter_num_destroy(&it);
	return copy & 1;
}

SEC("tc") int packet_as_text(struct __sk_buff *skb)
{
	char *data = (char *)(long)skb->data, *end = (char *)(long)skb->data_end;

	if (data + 16 > end)
		return 0;
	return bpf_strncmp(data, 16, fixed);
}

SEC("tc") int packet_as_text_mended(struct __sk_buff *skb)
{
	char copy[16];

	if (bpf_skb_load_bytes(skb, 0, copy, sizeof(copy)))
		return 0;
	return bpf_strncmp(copy, 16, fixed) & 1;
}

SEC("tc") int end_of_packet(struct __sk_buff *skb)
{
	char *data = (char *)(long)skb->data, *end = (char *)(long)skb->data_end;

	if (data + 1 > end)
		return 0;
	return *end;
}

SEC("tc") int end_of_packet_mended(struct __sk_buff *skb)
{
	char *data = (char *)(long)skb->data, *end = (char *)(long)skb->data_end;

	if (data + 1 > end)
		return 0;
	return *data;
}

static long submits(struct bpf_dynptr *d, void *ctx) { bpf_ringbuf_submit_dynptr(d, 0); return 0; }
static long reads(struct bpf_dynptr *d, void *ctx) { __u64 n = 0; bpf_dynptr_read(&n, sizeof(n), d, 0, 0); hits += n; return 0; }

SEC("raw_tp") int submits_lent(void *ctx) { return bpf_user_ringbuf_drain(&urb, submits, 0, 0) & 1; }
SEC("raw_tp") int submits_lent_mended(void *ctx) { return bpf_user_ringbuf_drain(&urb, reads, 0, 0) & 1; }

SEC("syscall") int sleeps_and_goes_on(void *ctx) { bpf_tail_call(ctx, &programs, 1); return 0; }
SEC("raw_tp") int sleeps_and_goes_on_mended(void *ctx) { bpf_tail_call(ctx, &programs, 1); return 0; }

SEC("raw_tp") int size_below_zero(void *ctx)
{
	long n = *(volatile signed char *)&size;

	hide(n);
	if (n <= 16)
		bpf_probe_read_kernel(text, n, ctx);
	return 0;
}

SEC("raw_tp") int size_below_zero_mended(void *ctx)
{
	unsigned long n = *(volatile unsigned char *)&size;

	hide(n);
	if (n <= 16)
		bpf_probe_read_kernel(text, n, ctx);
	return 0;
}
