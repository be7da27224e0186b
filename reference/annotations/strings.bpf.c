// SPDX-License-Identifier: GPL-2.0-only
// __str, __ign and __prog: strings that must be known, arguments that nobody looks at, and one that the kernel puts in itself.
#include "annotations.bpf.h"

const char greeting[] = "hello %d";
const char open_end[4] = { 'a', 'b', 'c', 'd' };
char variable[16] = "not constant";
#define PRINT(fmt, args, size) seen = bpf_stream_vprintk_impl(1, fmt, args, size, 0)
__u64 words[2];
#define ROOT void root(void) { bpf_stream_vprintk_impl(0, 0, 0, 0, 0); bpf_wq_set_callback_impl(0, 0, 0, 0); bpf_strlen(0); bpf_copy_from_user_str(0, 0, 0, 0); bpf_rdonly_cast(0, 0); }
ROOT

RAW(str_literal, PRINT("hello", words, 8))
RAW(str_constant, __u64 a[1] = { 5 }; PRINT(greeting, a, 8))
RAW(str_inside, __u64 a[1] = { 5 }; PRINT(greeting + 3, a, 8))
RAW(str_at_its_end, PRINT(greeting + sizeof greeting - 1, words, 8))
RAW(str_beyond, PRINT(greeting + 64, words, 8))
RAW(str_without_end, PRINT(open_end, words, 8))
RAW(str_variable, PRINT(variable, words, 8))
RAW(str_on_stack, char s[8] = "stack"; PRINT(s, words, 8))
RAW(str_null, PRINT(0, words, 8))
RAW(str_number, PRINT((char *)99, words, 8))
RAW(str_context, PRINT(ctx, words, 8))
RAW(str_of_map, VALUE; PRINT(v, words, 8))
RAW(str_maybe_null, int k = 0; char *v = bpf_map_lookup_elem(&values, &k); PRINT(v, words, 8))
RAW(str_somewhere, PRINT(greeting + (bpf_get_prandom_u32() & 3), words, 8))
RAW(str_args_none, PRINT(greeting, 0, 8))
RAW(str_args_empty, PRINT(greeting, words, 0))
RAW(str_args_null, PRINT(greeting, 0, 0))
RAW(str_args_too_few, __u64 a[1] = { 5 }; PRINT(greeting, a, 16))
RAW(str_args_odd, __u64 a[1] = { 5 }; PRINT(greeting, a, 7))
RAW(str_args_bounded, __u64 a[4] = { 5 }; PRINT(greeting, a, bpf_get_prandom_u32() & 31))
RAW(str_args_unbounded, __u64 a[4] = { 5 }; PRINT(greeting, a, bpf_get_prandom_u32()))
RAW(str_stream_is_pointer, seen = bpf_stream_vprintk_impl((int)(long)&greeting, greeting, words, 8, 0))
RAW(str_stream_context, __u64 c = (__u64)ctx; hide(c); seen = bpf_stream_vprintk_impl(c, greeting, words, 8, 0))
IN("tc", str_in_tc, PRINT(greeting, words, 8))
IN("xdp", str_in_xdp, PRINT(greeting, words, 8))
IN("socket", str_in_socket, PRINT(greeting, words, 8))
SYS(str_in_syscall, PRINT(greeting, words, 8))
SYS(str_while_locked, bpf_rcu_read_lock(); PRINT(greeting, words, 8); bpf_rcu_read_unlock())
RAW(str_while_irqs_are_off, unsigned long f; bpf_local_irq_save(&f); PRINT(greeting, words, 8); bpf_local_irq_restore(&f))

SYS(xattr_name_on_stack, struct bpf_dynptr d; char n[8] = "user.x"; VALUE; GROUP; bpf_dynptr_from_mem(v, 64, 0, &d); seen = bpf_cgroup_read_xattr(c, n, &d); bpf_cgroup_release(c))
SYS(xattr_without_dynptr, struct bpf_dynptr d; GROUP; seen = bpf_cgroup_read_xattr(c, "user.x", &d); bpf_cgroup_release(c))
RAW(xattr_of_group, struct bpf_dynptr d; VALUE; GROUP; bpf_dynptr_from_mem(v, 64, 0, &d); seen = bpf_cgroup_read_xattr(c, "user.x", &d); bpf_cgroup_release(c))
IN("tp_btf/cgroup_mkdir", xattr_of_made_group, struct bpf_dynptr d; VALUE; bpf_dynptr_from_mem(v, 64, 0, &d); seen = bpf_cgroup_read_xattr((void *)*(__u64 *)ctx, "user.x", &d))
SYS(xattr_in_syscall, struct bpf_dynptr d; VALUE; GROUP; bpf_dynptr_from_mem(v, 64, 0, &d); seen = bpf_cgroup_read_xattr(c, "user.x", &d); bpf_cgroup_release(c))

ASM_IN("syscall", ign_never_set, "r1 = r10; r1 += -16; r2 = 16; r4 = 0; call bpf_copy_from_user_str;" RET0)
ASM_IN("syscall", ign_pointer, "r3 = r1; r1 = r10; r1 += -16; r2 = 16; r4 = 0; call bpf_copy_from_user_str;" RET0)
ASM_IN("syscall", ign_beside_never_set, "r1 = r10; r1 += -16; r2 = 16; r3 = 0; call bpf_copy_from_user_str;" RET0)
ASM_IN("syscall", ign_beside_pointer, "r4 = r1; r1 = r10; r1 += -16; r2 = 16; r3 = 0; call bpf_copy_from_user_str;" RET0)
ASM_IN("syscall", ign_size_never_set, "r1 = r10; r1 += -16; r4 = 0; call bpf_copy_from_user_str;" RET0)
ASM_IN("raw_tp", ign_alone, "call bpf_strlen;" RET0)
ASM_IN("raw_tp", ign_alone_unset, "r0 = 0; r6 = r1; call 7; call bpf_strlen;" RET0)
ASM_IN("raw_tp", ign_and_constant, "r2 = 0; call bpf_rdonly_cast; r0 = *(u8 *)(r0 + 0); exit;")
#define STREAM(name, aux) \
	SEC("raw_tp") __naked int name(void) { asm volatile("r6 = r1; call 7; r5 = r0;" aux "r2 = %[s] ll; r1 = 1; r3 = %[w] ll; r4 = 8; call bpf_stream_vprintk_impl;" RET0 :: [s] "i"(&greeting), [w] "i"(words) : "memory"); }
STREAM(prog_number, "")
STREAM(prog_context, "r5 = r6;")
STREAM(prog_stack, "r5 = r10;")
STREAM(prog_never_set, "call 7;")
