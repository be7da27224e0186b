// SPDX-License-Identifier: GPL-2.0-only
// Sockets in iterator programs: as what they may be taken, their options, the file that one stands for.
#include "../kernel.bpf.h"
LICENSE;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct sock_common { unsigned short skc_family; };
struct tcp_sock { unsigned int snd_cwnd; };
#pragma clang attribute pop
__u64 seen;
#define ITER(t, name, ...) SEC("iter/" #t) int t##_##name(__u64 *ctx) { __VA_ARGS__; return 0; }
#define THE(type, v, n) type *v = (void *)ctx[n]; if (!v) return 0
#define ON(sec, name, body) ASM_IN(sec, name, body)
#define FIRST "r1 = *(u64 *)(r1 + 8); if r1 == 0 goto 1f;"
#define FILL "*(u64 *)(r10 - 8) = 0;"
ITER(tcp, cast, THE(struct sock_common, s, 1); struct tcp_sock *t = (void *)bpf_skc_to_tcp_sock(s); if (t) seen = t->snd_cwnd)
ITER(tcp, cast_unchecked, THE(struct sock_common, s, 1); struct tcp_sock *t = (void *)bpf_skc_to_tcp_sock(s); seen = t->snd_cwnd)
#define OPTION(name, t, call) ON("iter/" #t, name, FIRST FILL "r2 = 1; r3 = 7; r4 = r10; r4 += -8; r5 = 4; call " call "; 1:" RET0)
OPTION(tcp_sets, tcp, "49")
OPTION(tcp_gets, tcp, "57")
OPTION(unix_sets, unix, "49")
OPTION(unix_gets, unix, "57")
OPTION(udp_sets, udp, "49")
OPTION(netlink_gets, netlink, "57")
OPTION(task_gets, task, "57")
#define CAST(name, t, call) ON("iter/" #t, name, FIRST "call " call "; if r0 == 0 goto 1f; r1 = *(u64 *)(r0 + 0); 1:" RET0)
CAST(tcp_to_tcp, tcp, "137")
CAST(tcp_to_tcp6, tcp, "136")
CAST(tcp_to_waiting, tcp, "138")
CAST(tcp_to_request, tcp, "139")
CAST(tcp_to_udp6, tcp, "140")
CAST(udp_to_udp6, udp, "140")
CAST(unix_to_unix, unix, "178")
CAST(unix_to_tcp, unix, "137")
CAST(netlink_to_tcp, netlink, "137")
CAST(task_to_tcp, task, "137")
CAST(sockmap_wrong_argument, sockmap, "137")
ON("iter/task", socket_of_file, "r1 = *(u64 *)(r1 + 8); if r1 == 0 goto 1f; call 162; 1:" RET0)
ON("iter/task_file", socket_of_real_file, "r1 = *(u64 *)(r1 + 24); if r1 == 0 goto 1f; call 162; if r0 == 0 goto 1f; r1 = *(u32 *)(r0 + 16); 1:" RET0)
ON("iter/task_file", socket_unchecked, "r1 = *(u64 *)(r1 + 24); if r1 == 0 goto 1f; call 162; r1 = *(u32 *)(r0 + 16); 1:" RET0)

ON("iter/tcp", cast_unchecked, "r1 = *(u64 *)(r1 + 8); call 137;" RET0)
ON("iter/tcp", cast_of_context, "call 137;" RET0)
ON("iter/tcp", cast_of_null, "r1 = 0; call 137;" RET0)
ON("iter/tcp", cast_of_cast, FIRST "call 137; if r0 == 0 goto 1f; r1 = r0; call 136; if r0 == 0 goto 1f; r1 = *(u64 *)(r0 + 0); 1:" RET0)
ON("iter/tcp", cast_moved, FIRST "r1 += 8; call 137; 1:" RET0)
ON("iter/udp", cast_inside, FIRST "call 140; if r0 == 0 goto 1f; r1 = r0; r1 += 8; call 137; 1:" RET0)
ON("iter/task_file", socket_of_context, "call 162;" RET0)
ON("iter/tcp", option_size_zero, FIRST FILL "r2 = 1; r3 = 7; r4 = r10; r4 += -8; r5 = 0; call 49; 1:" RET0)
ON("iter/tcp", option_too_large, FIRST FILL "r2 = 1; r3 = 7; r4 = r10; r4 += -8; r5 = 9; call 57; 1:" RET0)
ON("iter/tcp", option_of_context, FILL "r2 = 1; r3 = 7; r4 = r10; r4 += -8; r5 = 4; call 49;" RET0)
ON("sockops", option_of_operation, FILL "r2 = 1; r3 = 7; r4 = r10; r4 += -8; r5 = 4; call 49;" RET0)
ON("sockops", option_read_by_operation, "r2 = 1; r3 = 7; r4 = r10; r4 += -8; r5 = 4; call 57;" RET0)
ON("cgroup/connect4", option_of_address, FILL "r2 = 1; r3 = 7; r4 = r10; r4 += -8; r5 = 4; call 49; r0 = 1; exit;")
ON("raw_tp", option_nowhere, FILL "r2 = 1; r3 = 7; r4 = r10; r4 += -8; r5 = 4; call 49;" RET0)
ON("tp_btf/tcp_probe", cast_when_traced, "r1 = *(u64 *)(r1 + 0); call 137; if r0 == 0 goto 1f; r1 = *(u64 *)(r0 + 0); 1:" RET0)
