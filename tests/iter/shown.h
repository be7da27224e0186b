/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel types of which only the names matter: where they are in the kernel's BTF is asked for. */
#pragma once
#undef bool
typedef _Bool bool;
#include <bpf/bpf_core_read.h>

struct btf_ptr { void *ptr; __u32 type_id; __u32 flags; };
enum { BTF_F_COMPACT = 1, BTF_F_NONAME = 2, BTF_F_PTR_RAW = 4, BTF_F_ZERO = 8 };

struct bpf_insn {}; struct tcphdr {}; struct iphdr {}; struct bpf_reg_state {}; struct uid_gid_map {}; struct posix_cputimers {};
struct bpf_prog_array_item {}; struct rseq {}; struct qspinlock {}; struct vmem_altmap {}; struct filename {}; struct trace_event_fields {};
struct bpf_reg_types {}; struct blk_integrity {}; struct leaf_0x2_table {}; struct file_system_type {}; struct static_key {};
struct desc_struct {}; struct gate_struct {}; struct orc_entry {}; struct kernel_siginfo {}; struct vm_area_desc {};
struct latch_tree_node {}; struct bpf_func_proto {}; struct upid {}; struct sockaddr_in6 {}; struct btf_member {}; struct list_head {};
union __u128_halves {}; struct group_info {}; struct net_iov {};
typedef struct { __u32 val; } kuid_t;
typedef struct { long long counter; } atomic64_t;
typedef __u16 umode_t;
typedef int pid_t;
typedef unsigned __int128 u128;
enum pid_type { PIDTYPE_PID };
