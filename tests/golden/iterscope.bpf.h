/* SPDX-License-Identifier: GPL-2.0-only */
/* What the golden programs share: kfunc prototypes, own copies of the few kernel types they touch, and a short way to write assembly. */
#pragma once

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;

enum { BPF_MAP_TYPE_HASH = 1, BPF_MAP_TYPE_ARRAY = 2, BPF_MAP_TYPE_PERCPU_ARRAY = 6 };

#include <bpf/bpf_helpers.h>

struct bpf_map;
struct bpf_iter_num { __u64 __opaque[1]; } __attribute__((aligned(8)));
struct bpf_iter_bits { __u64 __opaque[2]; } __attribute__((aligned(8)));
struct bpf_iter_task { __u64 __opaque[3]; } __attribute__((aligned(8)));
struct task_struct { int pid; } __attribute__((preserve_access_index));

extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;
extern int bpf_iter_bits_new(struct bpf_iter_bits *it, const __u64 *words, __u32 nr_words) __ksym;
extern int *bpf_iter_bits_next(struct bpf_iter_bits *it) __ksym;
extern void bpf_iter_bits_destroy(struct bpf_iter_bits *it) __ksym;
extern int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task, unsigned int flags) __ksym;
extern struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it) __ksym;
extern void bpf_iter_task_destroy(struct bpf_iter_task *it) __ksym;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

#ifndef __arg_ctx
#define __arg_ctx __attribute__((btf_decl_tag("arg:ctx")))
#define __arg_nonnull __attribute__((btf_decl_tag("arg:nonnull")))
#endif

#define __naked __attribute__((naked))
#define __noinl __attribute__((noinline))
#define LICENSE char _license[] SEC("license") = "GPL"

/* A whole program in assembly. */
#define ASM(name, body) \
	SEC("raw_tp") __naked int name(void) { asm volatile(body ::: "memory"); }
/* A static subprogram in assembly. */
#define SUB(name, body) \
	static __naked __noinl __attribute__((used)) int name(void) { asm volatile(body ::: "memory"); }

/* Number iterator steps at a stack offset; BTF for the kfuncs comes from NUM_ROOT. */
#define NEW(off, a, b) "r1 = r10; r1 += " #off "; r2 = " #a "; r3 = " #b "; call bpf_iter_num_new;"
#define NEXT(off) "r1 = r10; r1 += " #off "; call bpf_iter_num_next;"
#define DESTROY(off) "r1 = r10; r1 += " #off "; call bpf_iter_num_destroy;"
#define RET0 "r0 = 0; exit;"
/* clang writes no BTF for kfuncs that only assembly calls. */
#define NUM_ROOT \
	void num_root(void) { bpf_iter_num_new(0, 0, 0); bpf_iter_num_next(0); bpf_iter_num_destroy(0); }

#define RANDOM "call 7;"
#define KTIME "call 5;"

/* Keeps a value opaque to the compiler. */
#define hide(v) asm volatile("" : "+r"(v))
