// SPDX-License-Identifier: GPL-2.0-only
// LSM hooks whose arguments are being made or taken down: the kernel does not vouch for their pointers. Recorded where such programs may be loaded.
#include "../iterscope.bpf.h"
LICENSE;

struct file { unsigned int f_flags; } __attribute__((preserve_access_index));
struct bpf_prog { __u32 len; } __attribute__((preserve_access_index));
struct sock { __u32 sk_mark; } __attribute__((preserve_access_index));
struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;

SEC("lsm/task_free") int task_free_acquires(__u64 *ctx) { struct task_struct *t = bpf_task_acquire((void *)ctx[0]); if (t) bpf_task_release(t); return 0; }
SEC("lsm/task_alloc") int task_alloc_acquires(__u64 *ctx) { struct task_struct *t = bpf_task_acquire((void *)ctx[0]); if (t) bpf_task_release(t); return 0; }
SEC("lsm/file_free_security") int file_free_reads(__u64 *ctx) { volatile __u32 v = ((struct file *)ctx[0])->f_flags; return 0; }
SEC("lsm/file_open") int file_open_reads(__u64 *ctx) { volatile __u32 v = ((struct file *)ctx[0])->f_flags; return 0; }
SEC("lsm/bpf_prog_free") int prog_free_reads(__u64 *ctx) { volatile __u32 v = ((struct bpf_prog *)ctx[0])->len; return 0; }
SEC("lsm/sk_alloc_security") int sk_alloc_reads(__u64 *ctx) { volatile __u32 v = ((struct sock *)ctx[0])->sk_mark; return 0; }
SEC("lsm/sk_free_security") int sk_free_reads(__u64 *ctx) { volatile __u32 v = ((struct sock *)ctx[0])->sk_mark; return 0; }
