// SPDX-License-Identifier: GPL-2.0-only
// Limits of numbers: each rejected program, and what its explanation tells to do (`_mended`). What looks like a remedy and is none ends in `_refused`.
#include "../iterscope.bpf.h"
LICENSE;

struct raw_args { __u64 args[0]; };
struct calls { __u8 depth; __u64 ips[16]; __u64 hits; };
struct room { __u32 off, len; __u8 bytes[256]; };
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 64); __type(key, __u64); __type(value, struct calls); } stacks SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, struct room); } rooms SEC(".maps");

__u8 table[64], got;
__u32 index_;
__s32 signed_index;
__u64 wide;
char buf[256];
long result;

// The check is made on the copy that is cut to 8 bits.
SEC("raw_tp") int other_copy(void *ctx)
{
	__u64 who = 1;
	struct calls *c = bpf_map_lookup_elem(&stacks, &who);
	__u8 depth, last;

	if (!c)
		return 0;
	depth = c->depth;
	if (depth >= 16)
		return 0;
	last = depth - 1;
	if (last >= 0 && last < 16) {
		__u64 ip = c->ips[last];

		c->ips[last] = 0;
		c->depth = last;
		if (ip)
			c->hits++;
	}
	return 0;
}

SEC("raw_tp") int other_copy_mended(void *ctx)
{
	__u64 who = 1;
	struct calls *c = bpf_map_lookup_elem(&stacks, &who);
	__u32 depth, last;

	if (!c)
		return 0;
	depth = c->depth;
	if (depth >= 16)
		return 0;
	last = depth - 1;
	if (last >= 0 && last < 16) {
		__u64 ip = c->ips[last];

		c->ips[last] = 0;
		c->depth = last;
		if (ip)
			c->hits++;
	}
	return 0;
}

// A barrier behind the 8-bit variable does not help: it is cut again for the check.
SEC("raw_tp") int other_copy_refused(void *ctx)
{
	__u64 who = 1;
	struct calls *c = bpf_map_lookup_elem(&stacks, &who);
	__u8 depth, last;

	if (!c)
		return 0;
	depth = c->depth;
	if (depth >= 16)
		return 0;
	last = depth - 1;
	hide(last);
	if (last >= 0 && last < 16) {
		__u64 ip = c->ips[last];

		c->ips[last] = 0;
		c->depth = last;
		if (ip)
			c->hits++;
	}
	return 0;
}

SEC("raw_tp") int wrap(void *ctx)
{
	__u32 i = *(volatile __u32 *)&index_;

	if (i + 4 > sizeof(table))
		return 0;
	got = table[i] + table[i + 3];
	return 0;
}

SEC("raw_tp") int wrap_mended(void *ctx)
{
	__u32 i = *(volatile __u32 *)&index_;

	if (i > sizeof(table) - 4)
		return 0;
	got = table[i] + table[i + 3];
	return 0;
}

SEC("raw_tp/sys_enter") int sum(struct raw_args *ctx)
{
	__u32 zero = 0;
	struct room *o = bpf_map_lookup_elem(&rooms, &zero);
	__u64 off, len;

	if (!o)
		return 0;
	off = o->off;
	len = o->len;
	if (len == 0 || off + len > 256)
		return 0;
	bpf_probe_read_kernel(o->bytes + off, len, (void *)ctx->args[0]);
	return 0;
}

SEC("raw_tp/sys_enter") int sum_mended(struct raw_args *ctx)
{
	__u32 zero = 0;
	struct room *o = bpf_map_lookup_elem(&rooms, &zero);
	__u64 off, len;

	if (!o)
		return 0;
	off = o->off;
	len = o->len;
	if (len == 0 || len > 128 || off > 128)
		return 0;
	bpf_probe_read_kernel(o->bytes + off, len, (void *)ctx->args[0]);
	return 0;
}

// A limit on one of the two is not enough.
SEC("raw_tp/sys_enter") int sum_refused(struct raw_args *ctx)
{
	__u32 zero = 0;
	struct room *o = bpf_map_lookup_elem(&rooms, &zero);
	__u64 off, len;

	if (!o)
		return 0;
	off = o->off;
	len = o->len;
	if (len == 0 || len > 256 || off + len > 256)
		return 0;
	bpf_probe_read_kernel(o->bytes + off, len, (void *)ctx->args[0]);
	return 0;
}

SEC("raw_tp/sys_enter") int underflow(struct raw_args *ctx)
{
	__u32 n = index_, half;

	if (n > sizeof(buf))
		n = sizeof(buf);
	half = n / 2;
	result = bpf_probe_read_user(buf + half, n - half, (void *)ctx->args[1]);
	return 0;
}

SEC("raw_tp/sys_enter") int underflow_mended(struct raw_args *ctx)
{
	__u32 n = index_, half, rest;

	if (n > sizeof(buf))
		n = sizeof(buf);
	half = n / 2;
	rest = n - half;
	hide(rest);
	if (rest > sizeof(buf) / 2)
		return 0;
	result = bpf_probe_read_user(buf + half, rest, (void *)ctx->args[1]);
	return 0;
}

struct find { char *s; long len; long at; };

static long backwards(__u64 i, struct find *f)
{
	int k = i;

	if (k >= f->len)
		return 1;
	k = f->len - k - 1;
	if (f->s[k] == '/') {
		f->at = k;
		return 1;
	}
	return 0;
}

static long backwards_checked(__u64 i, struct find *f)
{
	int k = i;

	if (k >= f->len)
		return 1;
	k = f->len - k - 1;
	if (k < 0 || k >= 256)
		return 1;
	if (f->s[k] == '/') {
		f->at = k;
		return 1;
	}
	return 0;
}

static long backwards_too_early(__u64 i, struct find *f)
{
	int k = i;

	if (k < 0 || k >= f->len)
		return 1;
	k = f->len - k - 1;
	if (f->s[k] == '/') {
		f->at = k;
		return 1;
	}
	return 0;
}

#define LOOK(name, callback) \
	SEC("raw_tp") int name(void *ctx) \
	{ \
		struct find f; \
		f.s = buf; \
		f.len = sizeof(buf); \
		f.at = -1; \
		bpf_loop(sizeof(buf), callback, &f, 0); \
		result = f.at; \
		return 0; \
	}
LOOK(no_lower, backwards)
LOOK(no_lower_mended, backwards_checked)
// Checking the number that the index is computed from is not enough.
LOOK(no_lower_refused, backwards_too_early)

SEC("raw_tp") int read_again(void *ctx)
{
	__u32 zero = 0;
	struct room *o = bpf_map_lookup_elem(&rooms, &zero);

	if (!o)
		return 0;
	if (*(volatile __u32 *)&o->off >= sizeof(o->bytes))
		return 0;
	got = o->bytes[*(volatile __u32 *)&o->off];
	return 0;
}

SEC("raw_tp") int read_again_mended(void *ctx)
{
	__u32 zero = 0, off;
	struct room *o = bpf_map_lookup_elem(&rooms, &zero);

	if (!o)
		return 0;
	off = *(volatile __u32 *)&o->off;
	if (off >= sizeof(o->bytes))
		return 0;
	got = o->bytes[off];
	return 0;
}

SEC("raw_tp") int too_wide(void *ctx)
{
	__u32 i = *(volatile __u32 *)&index_, zero = 0;
	struct room *o = bpf_map_lookup_elem(&rooms, &zero);

	if (!o || i > sizeof(o->bytes))
		return 0;
	got = o->bytes[i];
	return 0;
}

SEC("raw_tp") int too_wide_mended(void *ctx)
{
	__u32 i = *(volatile __u32 *)&index_, zero = 0;
	struct room *o = bpf_map_lookup_elem(&rooms, &zero);

	if (!o || i >= sizeof(o->bytes))
		return 0;
	got = o->bytes[i];
	return 0;
}

SEC("raw_tp") int unchecked(void *ctx)
{
	got = table[*(volatile __u32 *)&index_];
	return 0;
}

SEC("raw_tp") int unchecked_mended(void *ctx)
{
	__u32 i = *(volatile __u32 *)&index_;

	if (i < sizeof(table))
		got = table[i];
	return 0;
}

SEC("raw_tp") int only_equality(void *ctx)
{
	__u32 i = *(volatile __u32 *)&index_;

	if (i == sizeof(table))
		return 0;
	got = table[i];
	return 0;
}

SEC("raw_tp") int only_equality_mended(void *ctx)
{
	__u32 i = *(volatile __u32 *)&index_;

	if (i >= sizeof(table))
		return 0;
	got = table[i];
	return 0;
}

// Signed, and compared from above only.
SEC("raw_tp") int negative_index(void *ctx)
{
	long i = *(volatile __s8 *)&signed_index;

	hide(i);
	if (i >= 64)
		return 0;
	got = table[i];
	return 0;
}

SEC("raw_tp") int negative_index_mended(void *ctx)
{
	long i = *(volatile __s8 *)&signed_index;

	hide(i);
	if (i < 0 || i >= 64)
		return 0;
	got = table[i];
	return 0;
}

SEC("raw_tp") int before_the_start(void *ctx)
{
	long i = *(volatile __s8 *)&signed_index;

	got = table[i];
	return 0;
}

SEC("raw_tp") int before_the_start_mended(void *ctx)
{
	long i = *(volatile __s8 *)&signed_index;

	if (i >= 0 && i < 64)
		got = table[i];
	return 0;
}

SEC("raw_tp/sys_enter") int negative_size(struct raw_args *ctx)
{
	int n = *(volatile int *)&signed_index;

	if (n > 64)
		return 0;
	bpf_probe_read_kernel(buf, n, (void *)ctx->args[0]);
	return 0;
}

SEC("raw_tp/sys_enter") int negative_size_mended(struct raw_args *ctx)
{
	__u32 n = *(volatile __u32 *)&signed_index;

	if (n > 64)
		return 0;
	bpf_probe_read_kernel(buf, n, (void *)ctx->args[0]);
	return 0;
}

SEC("raw_tp/sys_enter") int unbounded_size(struct raw_args *ctx)
{
	bpf_probe_read_kernel(buf, *(volatile __u32 *)&index_, (void *)ctx->args[0]);
	return 0;
}

SEC("raw_tp/sys_enter") int unbounded_size_mended(struct raw_args *ctx)
{
	__u32 n = *(volatile __u32 *)&index_;

	if (n <= sizeof(buf))
		bpf_probe_read_kernel(buf, n, (void *)ctx->args[0]);
	return 0;
}

// bpf_get_current_comm wants at least one byte.
SEC("raw_tp") int zero_size(void *ctx)
{
	__u32 n = *(volatile __u32 *)&index_;

	if (n <= 16)
		bpf_get_current_comm(buf, n);
	return 0;
}

SEC("raw_tp") int zero_size_mended(void *ctx)
{
	__u32 n = *(volatile __u32 *)&index_;

	if (n > 0 && n <= 16)
		bpf_get_current_comm(buf, n);
	return 0;
}

SEC("raw_tp") int stack_index(void *ctx)
{
	char text[16];
	__u32 i = *(volatile __u32 *)&index_;

	__builtin_memset(text, 0, sizeof(text));
	hide(i);
	text[i & 31] = 1;
	return text[3];
}

SEC("raw_tp") int stack_index_mended(void *ctx)
{
	char text[16];
	__u32 i = *(volatile __u32 *)&index_;

	__builtin_memset(text, 0, sizeof(text));
	hide(i);
	text[i & 15] = 1;
	return text[3];
}

SEC("raw_tp") int stack_unbounded(void *ctx)
{
	char text[16];
	__u64 i = *(volatile __u64 *)&wide;

	__builtin_memset(text, 0, sizeof(text));
	if ((long)i < 0)
		return 0;
	text[i] = 1;
	return text[3];
}

SEC("raw_tp") int stack_unbounded_mended(void *ctx)
{
	char text[16];
	__u64 i = *(volatile __u64 *)&wide;

	__builtin_memset(text, 0, sizeof(text));
	if (i >= sizeof(text))
		return 0;
	text[i] = 1;
	return text[3];
}

SEC("raw_tp") int no_smallest(void *ctx)
{
	long i = *(volatile long *)&wide;

	if (i >= 64)
		return 0;
	got = table[i];
	return 0;
}

SEC("raw_tp") int no_smallest_mended(void *ctx)
{
	unsigned long i = *(volatile unsigned long *)&wide;

	if (i >= 64)
		return 0;
	got = table[i];
	return 0;
}
