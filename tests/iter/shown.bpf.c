/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"
#include "shown.h"

/*
 * Kernel types shown as text over bytes that are known: each element of the map stands for a type, a pattern of bytes and flags. Everything is
 * shown in one of the ways, and some in all of them.
 */
#define TYPES(X) \
	X(struct bpf_insn) X(struct tcphdr) X(struct iphdr) X(struct bpf_reg_state) X(struct uid_gid_map) X(struct posix_cputimers) \
	X(struct bpf_prog_array_item) X(struct rseq) X(struct qspinlock) X(struct vmem_altmap) X(struct filename) X(struct trace_event_fields) \
	X(struct bpf_reg_types) X(struct blk_integrity) X(struct leaf_0x2_table) X(struct file_system_type) X(struct static_key) \
	X(struct desc_struct) X(struct gate_struct) X(struct orc_entry) X(struct kernel_siginfo) X(struct vm_area_desc) \
	X(struct latch_tree_node) X(struct bpf_func_proto) X(struct upid) X(struct sockaddr_in6) X(struct btf_member) X(struct list_head) \
	X(union __u128_halves) X(struct group_info) X(kuid_t) X(atomic64_t) X(enum pid_type) X(umode_t) X(u128) X(bool) X(struct net_iov)

#define ID(T) bpf_core_type_id_kernel(T),
#define ALL (KINDS * PATTERNS)
#define MORE (4 * 16)
enum { KINDS = 37, PATTERNS = 3 };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ALL + MORE);
	__type(key, __u32);
	__type(value, __u32);
} cases SEC(".maps");

__u8 data[PATTERNS][256];
__u32 ids[KINDS];

static __attribute__((noinline)) void fill(void)
{
	__u32 state = 12345;

	for (int i = 0; i < 256; i++) {
		state = state * 1103515245 + 12345;
		data[1][i] = state >> 16;
		/* Now and then something, and text among it. */
		data[2][i] = i % 7 == 3 ? state >> 20 & 3 : i >= 8 && i < 20 ? 'a' + i % 26 : 0;
	}
}

SEC("iter/bpf_map_elem")
int shown(struct bpf_iter__bpf_map_elem *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	__u32 kinds[] = { TYPES(ID) };
	struct btf_ptr what = {};
	__u32 *key = ctx->key, kind, pattern, flags;
	long result;

	if (!key)
		return 0;
	fill();
	if (*key < ALL) {
		kind = *key / PATTERNS;
		pattern = *key % PATTERNS;
		flags = kind * 5 + pattern * 3;
	} else {
		__u32 one = *key - ALL;

		kind = one / 16 == 0 ? 1 : one / 16 == 1 ? 3 : one / 16 == 2 ? 20 : 12;
		pattern = 2;
		flags = one;
	}
	flags &= 15;
	if (kind >= KINDS || pattern >= PATTERNS)
		return 0;
	for (int i = 0; i < KINDS; i++)
		ids[i] = kinds[i];
	what.type_id = ids[kind];
	what.ptr = data[pattern];
	PRINT(seq, "%u flags %u: ", kind, flags);
	result = bpf_seq_printf_btf(seq, &what, sizeof(what), flags);
	PRINT(seq, "\n= %d\n", result);
	return 0;
}
