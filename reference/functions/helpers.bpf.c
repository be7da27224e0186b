// SPDX-License-Identifier: GPL-2.0-only
// Helpers that ask for the time, the task or the machine, and that write text.
#include "../iterscope.bpf.h"
LICENSE;

struct bpf_pidns_info { __u32 pid, tgid; };
struct btf_ptr { void *ptr; __u32 type_id, flags; };
struct { __uint(type, 4); __uint(max_entries, 8); __type(key, __u32); __type(value, __u32); } events SEC(".maps");
struct { __uint(type, 8); __uint(max_entries, 1); __type(key, __u32); __type(value, __u32); } groups SEC(".maps");

SEC("raw_tp") int user_and_group(void *ctx) { return (__u32)bpf_get_current_uid_gid(); }
SEC("raw_tp") int pid_in_a_namespace(void *ctx) { struct bpf_pidns_info info; bpf_get_ns_current_pid_tgid(4, 4026531836, &info, sizeof(info)); return 0; }
SEC("raw_tp") int memory_node(void *ctx) { return bpf_get_numa_node_id(); }
SEC("raw_tp") int ticks(void *ctx) { return bpf_jiffies64() & 1; }
SEC("raw_tp") int time_since_boot(void *ctx) { return bpf_ktime_get_boot_ns() & 1; }
SEC("raw_tp") int time_that_never_jumps(void *ctx) { return bpf_ktime_get_tai_ns() & 1; }
SEC("raw_tp") int reads_any_memory(void *ctx) { __u64 x = 0; bpf_probe_read(&x, sizeof(x), ctx); return x & 1; }
SEC("raw_tp") int number_from_text(void *ctx) { char text[4] = "-12"; long n = 0; bpf_strtol(text, sizeof(text), 0, &n); return n; }
SEC("raw_tp") int prints_many_arguments(void *ctx)
{
	static const char fmt[] = "%d %d %d %d";
	__u64 args[4] = { 1, 2, 3, 4 };
	return bpf_trace_vprintk(fmt, sizeof(fmt), args, sizeof(args));
}
SEC("raw_tp") int prints_a_structure(void *ctx)
{
	char text[64];
	struct btf_ptr task = { .ptr = (void *)bpf_get_current_task(), .type_id = 1 };
	return bpf_snprintf_btf(text, sizeof(text), &task, sizeof(task), 0);
}
SEC("raw_tp") int reads_a_counter(void *ctx) { return bpf_perf_event_read(&events, 0) & 1; }
SEC("raw_tp") int is_in_the_cgroup(void *ctx) { return bpf_current_task_under_cgroup(&groups, 0); }
SEC("raw_tp") int cgroup_above(void *ctx) { return bpf_get_current_ancestor_cgroup_id(1) & 1; }
