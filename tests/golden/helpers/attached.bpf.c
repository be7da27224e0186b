// SPDX-License-Identifier: GPL-2.0-only
/* What a program is attached to: the address of its function, and the number that user space gave with it. */
#include "../iterscope.bpf.h"
LICENSE;
SEC("kprobe/vfs_read") int probed_function(void *ctx) { return bpf_get_func_ip(ctx) == 0; }
SEC("tp_btf/task_newtask") int traced_function(void *ctx) { return bpf_get_func_ip(ctx) == 0; }
SEC("raw_tp") int raw_function(void *ctx) { return bpf_get_func_ip(ctx) == 0; }
SEC("kprobe/vfs_read") int probe_cookie(void *ctx) { return bpf_get_attach_cookie(ctx) == 0; }
SEC("tp_btf/task_newtask") int traced_cookie(void *ctx) { return bpf_get_attach_cookie(ctx) == 0; }
SEC("perf_event") int event_cookie(void *ctx) { return bpf_get_attach_cookie(ctx) == 0; }
SEC("raw_tp") int raw_cookie(void *ctx) { return bpf_get_attach_cookie(ctx) == 0; }
SEC("perf_event") int event_function(void *ctx) { return bpf_get_func_ip(ctx) == 0; }
SEC("kprobe/vfs_read") int no_context(void *ctx) { return bpf_get_func_ip((void*)1) == 0; }
