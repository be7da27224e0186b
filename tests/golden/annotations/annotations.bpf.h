/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel functions whose parameters are annotated, and short ways to write programs that call them. */
#pragma once
#include "../kernel.bpf.h"
LICENSE;

enum { BPF_MAP_TYPE_RINGBUF = 27 };
struct __sk_buff { __u32 len; };
struct xdp_md { __u32 data; };
struct bpf_dynptr { __u64 __opaque[2]; } __attribute__((aligned(8)));
struct bpf_wq { __u64 __opaque[2]; } __attribute__((aligned(8)));
struct bpf_cpumask { struct cpumask cpumask; int usage; };

extern struct bpf_cpumask *bpf_cpumask_create(void) __ksym __weak;
extern struct bpf_cpumask *bpf_cpumask_acquire(struct bpf_cpumask *cpumask) __ksym __weak;
extern void bpf_cpumask_release(struct bpf_cpumask *cpumask) __ksym __weak;
extern __u32 bpf_cpumask_first(const struct cpumask *cpumask) __ksym __weak;
extern int bpf_cpumask_populate(struct cpumask *cpumask, void *src, __u64 src__sz) __ksym __weak;
extern int bpf_copy_from_user_str(void *dst, __u32 dst__sz, const void *unsafe_ptr__ign, __u64 flags) __ksym __weak;
extern int bpf_copy_from_user_task_str(void *dst, __u32 dst__sz, const void *unsafe_ptr__ign, struct task_struct *tsk, __u64 flags) __ksym __weak;
extern int bpf_stream_vprintk_impl(int stream_id, const char *fmt__str, const void *args, __u32 len__sz, void *aux__prog) __ksym __weak;
extern int bpf_cgroup_read_xattr(struct cgroup *cgroup, const char *name__str, struct bpf_dynptr *value_p) __ksym __weak;
extern int bpf_dynptr_clone(const struct bpf_dynptr *p, struct bpf_dynptr *clone__uninit) __ksym __weak;
extern void *bpf_dynptr_slice(const struct bpf_dynptr *p, __u32 offset, void *buffer__opt, __u32 buffer__szk) __ksym __weak;
extern void *bpf_dynptr_slice_rdwr(const struct bpf_dynptr *p, __u32 offset, void *buffer__opt, __u32 buffer__szk) __ksym __weak;
extern int bpf_wq_init(struct bpf_wq *wq, void *p__map, unsigned int flags) __ksym __weak;
extern int bpf_wq_start(struct bpf_wq *wq, unsigned int flags) __ksym __weak;
extern int bpf_wq_set_callback_impl(struct bpf_wq *wq, int (*callback_fn)(void *map, int *key, void *value), unsigned int flags, void *aux__prog) __ksym __weak;
extern int bpf_strlen(const char *s__ign) __ksym __weak;
extern struct cgroup *bpf_task_get_cgroup1(struct task_struct *task, int hierarchy_id) __ksym __weak;

#define IN(sec, name, ...) SEC(sec) int name(void *ctx) { __VA_ARGS__; return 0; }
#define SYS(name, ...) IN("syscall", name, __VA_ARGS__)
#define RAW(name, ...) IN("raw_tp", name, __VA_ARGS__)
#define MASK struct bpf_cpumask *m = bpf_cpumask_create(); if (!m) return 0
#define DROP bpf_cpumask_release(m)
#define AS_MASK ((struct cpumask *)m)
#define TASK struct task_struct *p = bpf_task_from_pid(1); if (!p) return 0
#define GROUP struct cgroup *c = bpf_cgroup_from_id(1); if (!c) return 0

struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 2); __type(key, int); __type(value, char[64]); } values SEC(".maps");
#define VALUE int _key = 0; char *v = bpf_map_lookup_elem(&values, &_key); if (!v) return 0
__u64 seen;
