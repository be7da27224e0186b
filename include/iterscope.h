/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What programs for Iterscope share: sections, maps, helpers, loops over iterators. Include it behind vmlinux.h, which has the kernel's types and the
 * functions that programs may call.
 */
#ifndef __ITERSCOPE_H__
#define __ITERSCOPE_H__

#define SEC(name) __attribute__((section(name), used))
#define LICENSE(text) char _license[] SEC("license") = text

#define __uint(name, val) int(*name)[val]
#define __type(name, val) typeof(val) *name
#define __array(name, val) typeof(val) *name[]
#define __always_inline inline __attribute__((always_inline))
#define __noinline __attribute__((noinline))
#define __weak __attribute__((weak))
#ifndef __ksym
#define __ksym __attribute__((section(".ksyms")))
#endif
#define __kconfig __attribute__((section(".kconfig")))
#ifndef NULL
#define NULL ((void *)0)
#endif
#define barrier_var(var) asm volatile("" : "+r"(var))

/* Helpers, by the numbers of include/uapi/linux/bpf.h. */
static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*const bpf_map_update_elem)(void *map, const void *key, const void *value, __u64 flags) = (void *)2;
static long (*const bpf_map_delete_elem)(void *map, const void *key) = (void *)3;
static __u64 (*const bpf_ktime_get_ns)(void) = (void *)5;
static long (*const bpf_trace_printk)(const char *fmt, __u32 fmt_size, ...) = (void *)6;
static __u32 (*const bpf_get_prandom_u32)(void) = (void *)7;
static __u32 (*const bpf_get_smp_processor_id)(void) = (void *)8;
static long (*const bpf_tail_call)(void *ctx, void *prog_array_map, __u32 index) = (void *)12;
static __u64 (*const bpf_get_current_pid_tgid)(void) = (void *)14;
static __u64 (*const bpf_get_current_task)(void) = (void *)35;
static long (*const bpf_spin_lock)(struct bpf_spin_lock *lock) = (void *)93;
static long (*const bpf_spin_unlock)(struct bpf_spin_lock *lock) = (void *)94;
static long (*const bpf_probe_read_user)(void *dst, __u32 size, const void *from) = (void *)112;
static long (*const bpf_probe_read_kernel)(void *dst, __u32 size, const void *from) = (void *)113;
static long (*const bpf_seq_printf)(struct seq_file *m, const char *fmt, __u32 fmt_size, const void *data, __u32 data_len) = (void *)126;
static long (*const bpf_seq_write)(struct seq_file *m, const void *data, __u32 len) = (void *)127;
static void *(*const bpf_ringbuf_reserve)(void *ringbuf, __u64 size, __u64 flags) = (void *)131;
static void (*const bpf_ringbuf_submit)(void *data, __u64 flags) = (void *)132;
static void (*const bpf_ringbuf_discard)(void *data, __u64 flags) = (void *)133;
static long (*const bpf_for_each_map_elem)(void *map, void *callback_fn, void *callback_ctx, __u64 flags) = (void *)164;
static struct task_struct *(*const bpf_get_current_task_btf)(void) = (void *)158;
static long (*const bpf_snprintf)(char *str, __u32 str_size, const char *fmt, __u64 *data, __u32 data_len) = (void *)165;
static long (*const bpf_loop)(__u32 nr_loops, void *callback_fn, void *callback_ctx, __u64 flags) = (void *)181;

/* Calls body for i from start up to, and without, end; as bpf_helpers.h has it. */
#define bpf_for(i, start, end) \
	for (struct bpf_iter_num ___it __attribute__((aligned(8), cleanup(bpf_iter_num_destroy))), \
		     *___p __attribute__((unused)) = (bpf_iter_num_new(&___it, (start), (end)), \
						      (void)bpf_iter_num_destroy, (void *)0); \
	     ({ int *___t = bpf_iter_num_next(&___it); (___t ? ((i) = *___t, (i) >= (start) && (i) < (end)) : 0); });)

/* Repeats body n times at most. */
#define bpf_repeat(n) \
	for (struct bpf_iter_num ___it __attribute__((aligned(8), cleanup(bpf_iter_num_destroy))), \
		     *___p __attribute__((unused)) = (bpf_iter_num_new(&___it, 0, (n)), \
						      (void)bpf_iter_num_destroy, (void *)0); \
	     bpf_iter_num_next(&___it);)

/* Goes over an iterator: bpf_for_each(task, t, NULL, BPF_TASK_ITER_ALL_PROCS) { … }. */
#define bpf_for_each(type, cur, args...) \
	for (struct bpf_iter_##type ___it __attribute__((aligned(8), cleanup(bpf_iter_##type##_destroy))), \
		     *___p __attribute__((unused)) = (bpf_iter_##type##_new(&___it, ##args), \
						      (void)bpf_iter_##type##_destroy, (void *)0); \
	     (((cur) = bpf_iter_##type##_next(&___it)));)

/* Writes a line of an iterator program; up to eight numbers or strings. */
#define ___narg(...) ___nth(_, ##__VA_ARGS__, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define ___nth(_, _1, _2, _3, _4, _5, _6, _7, _8, N, ...) N
#define ___cat(a, b) a##b
#define ___apply(fn, n) ___cat(fn, n)
#define ___fill0(arr, ...)
#define ___fill1(arr, x) arr[0] = (unsigned long long)x
#define ___fill2(arr, x, a) ___fill1(arr, x); arr[1] = (unsigned long long)a
#define ___fill3(arr, x, a, b) ___fill2(arr, x, a); arr[2] = (unsigned long long)b
#define ___fill4(arr, x, a, b, c) ___fill3(arr, x, a, b); arr[3] = (unsigned long long)c
#define ___fill5(arr, x, a, b, c, d) ___fill4(arr, x, a, b, c); arr[4] = (unsigned long long)d
#define ___fill6(arr, x, a, b, c, d, e) ___fill5(arr, x, a, b, c, d); arr[5] = (unsigned long long)e
#define ___fill7(arr, x, a, b, c, d, e, f) ___fill6(arr, x, a, b, c, d, e); arr[6] = (unsigned long long)f
#define ___fill8(arr, x, a, b, c, d, e, f, g) ___fill7(arr, x, a, b, c, d, e, f); arr[7] = (unsigned long long)g
#define BPF_SEQ_PRINTF(seq, fmt, args...) \
	({ \
		static const char ___fmt[] = fmt; \
		unsigned long long ___param[___narg(args) > 0 ? ___narg(args) : 1]; \
		___apply(___fill, ___narg(args))(___param, args); \
		bpf_seq_printf(seq, ___fmt, sizeof(___fmt), ___param, ___narg(args) * sizeof(___param[0])); \
	})

#endif
