// SPDX-License-Identifier: GPL-2.0-only
// Which programs may call which helpers, and what is known of their results.
#include "../iterscope.bpf.h"
LICENSE;

struct __sk_buff { __u32 pad[19]; __u32 data; __u32 data_end; };
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 16); __type(key, __u32); __type(value, __u64); } hash SEC(".maps");

/* A helper that the program's type may not call: all argument registers count as read. */
SEC("kprobe/f") int coarse_in_kprobe(void *ctx) { return bpf_ktime_get_coarse_ns(); }
SEC("tc") int coarse_in_tc(void *ctx) { return bpf_ktime_get_coarse_ns(); }
SEC("tc") int probe_in_tc(void *ctx) { int x; return bpf_probe_read_kernel(&x, 4, ctx); }
SEC("socket") int task_in_socket_filter(void *ctx) { return bpf_get_current_task() & 1; }
SEC("xdp") int comm_in_xdp(void *ctx) { char c[16]; return bpf_get_current_comm(c, 16); }
SEC("raw_tp") int seq_in_raw_tp(void *ctx) { __u64 x = 0; return bpf_seq_write(ctx, &x, 8); }
SEC("raw_tp") __naked int no_such_helper(void) { asm volatile("call 300; exit;"); }
SEC("raw_tp") __naked int helper_zero(void) { asm volatile("call 0; exit;"); }

/* Results with bounds. */
__u64 table[4];
SEC("raw_tp") int cpu_number(void *ctx) { __u32 cpu = bpf_get_smp_processor_id(); hide(cpu); return table[cpu & 3]; }
SEC("raw_tp") __naked int cpu_bounds(void) { asm volatile("call 8; if r0 < 64 goto +2; r1 = 0; r0 = *(u64 *)(r1 + 0); r0 = 0; exit;"); }
SEC("raw_tp") int length_fits(void *ctx)
{
	char text[64];
	long n = bpf_probe_read_kernel_str(text, sizeof(text), ctx);
	if (n > 0) return text[n - 1];
	return 0;
}
SEC("raw_tp") int length_not_checked(void *ctx)
{
	char text[64];
	long n = bpf_probe_read_user_str(text, sizeof(text), ctx);
	asm volatile("" : "+r"(n));
	return ((volatile char *)text)[n];
}
SEC("raw_tp") int length_of_old_kind(void *ctx)
{
	char text[16];
	__u32 most = bpf_get_prandom_u32() & 15;
	long n = bpf_probe_read_str(text, most, ctx);
	if (n < 0) return 0;
	return n > 15 ? *(volatile int *)0 : 1;
}

/* What snprintf may write, at an offset that is not known. */
SEC("raw_tp") int prints_somewhere(void *ctx)
{
	static const char fmt[] = "%d";
	__u64 args[1] = { 7 }, out[3] = { 1, 2, 3 };
	__u64 at = bpf_get_prandom_u32() & 8;
	char *p = (char *)out;
	hide(p);
	hide(at);
	bpf_snprintf(p + (at & 8), 8, fmt, args, 8);
	return out[0] + out[1] + out[2];
}

/* Packets as arguments. */
SEC("tc") int packet_is_key(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	if (data + 4 > end) return 0;
	return bpf_map_lookup_elem(&hash, data) != 0;
}
SEC("tc") int packet_is_no_text(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	if (data + 8 > end) return 0;
	return bpf_trace_printk(data, 8);
}
