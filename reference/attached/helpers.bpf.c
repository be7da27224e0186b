// SPDX-License-Identifier: GPL-2.0-only
// Helpers that speak of the function that a program is attached to. Recorded where such programs may be loaded.
#include "../iterscope.bpf.h"
LICENSE;

SEC("fentry/bpf_fentry_test1") int entry_args(void *ctx) { __u64 v; return bpf_get_func_arg(ctx, 0, &v) ? 0 : 0; }
SEC("fentry/bpf_fentry_test1") int entry_ret(void *ctx) { __u64 v = 0; bpf_get_func_ret(ctx, &v); return 0; }
SEC("fexit/bpf_fentry_test1") int exit_ret(void *ctx) { __u64 v; if (bpf_get_func_ret(ctx, &v)) return 0; return v > 5 ? 0 : 0; }
SEC("fexit/bpf_fentry_test1") int exit_returns_it(void *ctx) { __u64 v; if (bpf_get_func_ret(ctx, &v)) return 0; return v; }
SEC("fexit/bpf_fentry_test1") int exit_count(void *ctx) { return bpf_get_func_arg_cnt(ctx) ? 0 : 0; }
SEC("fmod_ret/security_file_open") int modify_ret(void *ctx) { __u64 v = 0; bpf_get_func_ret(ctx, &v); return v == 3 ? -1 : 0; }
SEC("lsm/file_open") int lsm_args(void *ctx) { __u64 v = 0; bpf_get_func_arg(ctx, 0, &v); return 0; }
SEC("lsm/file_open") int lsm_cookie(void *ctx) { return bpf_get_attach_cookie(ctx) ? 0 : 0; }
SEC("tp_btf/sys_enter") int raw_count(void *ctx) { return bpf_get_func_arg_cnt(ctx) ? 0 : 0; }
SEC("iter/task") int iter_ret(void *ctx) { __u64 v = 0; bpf_get_func_ret(ctx, &v); return 0; }
SEC("kprobe/do_nanosleep") int kprobe_ret(void *ctx) { __u64 v = 0; bpf_get_func_ret(ctx, &v); return 0; }
SEC("kprobe/do_nanosleep") int kprobe_ip(void *ctx) { return bpf_get_func_ip(ctx) ? 0 : 1; }
SEC("fentry/bpf_fentry_test1") int entry_ip(void *ctx) { return bpf_get_func_ip(ctx) ? 0 : 0; }
SEC("lsm/file_open") int lsm_ip(void *ctx) { return bpf_get_func_ip(ctx) ? 0 : 0; }
SEC("tp_btf/sys_enter") int raw_ip(void *ctx) { return bpf_get_func_ip(ctx) ? 0 : 0; }
SEC("fentry/bpf_fentry_test1") int entry_cookie(void *ctx) { return bpf_get_attach_cookie(ctx) ? 0 : 0; }
SEC("fentry/bpf_fentry_test1") int arg_into_ctx(void *ctx) { bpf_get_func_arg(ctx, 0, ctx); return 0; }
SEC("fentry/bpf_fentry_test1") int arg_misaligned(void *ctx) { char b[16] = {}; bpf_get_func_arg(ctx, 0, (void *)(b + 4)); return b[0] ? 0 : 0; }
SEC("fentry/bpf_fentry_test1") int writes_user(void *ctx) { __u64 v = 0; return bpf_probe_write_user(0, &v, 8) ? 0 : 0; }
SEC("fentry/bpf_fentry_test1") int does_not_sleep(void *ctx) { char b[8]; return bpf_copy_from_user(b, 8, 0) ? 0 : 0; }
SEC("lsm.s/file_open") int lsm_sleeps(void *ctx) { char b[8]; return bpf_copy_from_user(b, 8, 0) ? 0 : 0; }
SEC("fentry/bpf_fentry_test1") int seq(void *ctx) { return bpf_seq_write(ctx, "", 1) ? 0 : 0; }
