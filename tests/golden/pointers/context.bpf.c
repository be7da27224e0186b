// SPDX-License-Identifier: GPL-2.0-only
// The context of several program types.
#include "../iterscope.bpf.h"
LICENSE;
#define C(sec, name, body) SEC(sec) __naked int name(void) { asm volatile(body "r0 = 0; exit;" ::: "memory"); }

C("raw_tp", raw_tp_arg, "r2 = *(u64 *)(r1 + 0); r3 = *(u64 *)(r1 + 8);")
C("raw_tp", raw_tp_arg_32, "r2 = *(u32 *)(r1 + 0);")
C("raw_tp", raw_tp_too_far, "r2 = *(u64 *)(r1 + 96);")
C("raw_tp", raw_tp_last, "r2 = *(u64 *)(r1 + 88);")
C("raw_tp", raw_tp_negative, "r2 = *(u64 *)(r1 - 8);")
C("raw_tp", raw_tp_write, "r2 = 0; *(u64 *)(r1 + 0) = r2;")
C("raw_tp", raw_tp_misaligned, "r2 = *(u64 *)(r1 + 4);")
C("raw_tp", raw_tp_moved, "r1 += 8; r2 = *(u64 *)(r1 + 0);")
C("raw_tp", raw_tp_moved_unknown, "r6 = r1;" RANDOM "r0 &= 8; r6 += r0; r2 = *(u64 *)(r6 + 0);")
C("raw_tp", raw_tp_deref_arg, "r2 = *(u64 *)(r1 + 0); r3 = *(u64 *)(r2 + 0);")
C("raw_tp", raw_tp_arg_bounds, "r2 = *(u64 *)(r1 + 0); r2 &= 255; if r2 > 9 goto 1f; r3 = r2; 1:")
C("socket", skb_len, "r2 = *(u32 *)(r1 + 0); r3 = *(u32 *)(r1 + 4);")
C("socket", skb_len_8, "r2 = *(u8 *)(r1 + 0); r3 = *(u16 *)(r1 + 0);")
C("socket", skb_len_64, "r2 = *(u64 *)(r1 + 0);")
C("socket", skb_write_cb, "r2 = 1; *(u32 *)(r1 + 48) = r2;")
C("socket", skb_write_len, "r2 = 1; *(u32 *)(r1 + 0) = r2;")
C("socket", skb_far, "r2 = *(u32 *)(r1 + 1000);")
C("tc", tc_mark, "r2 = *(u32 *)(r1 + 8); *(u32 *)(r1 + 8) = r2;")
C("tc", tc_write_len, "r2 = *(u32 *)(r1 + 0); *(u32 *)(r1 + 0) = r2;")
C("xdp", xdp_fields, "r2 = *(u32 *)(r1 + 12);")
C("xdp", xdp_far, "r2 = *(u32 *)(r1 + 24);")
C("xdp", xdp_return_2, "r2 = 0;")
C("kprobe", kprobe_regs, "r2 = *(u64 *)(r1 + 112);")
C("kprobe", kprobe_far, "r2 = *(u64 *)(r1 + 168);")
C("kprobe", kprobe_write, "r2 = 0; *(u64 *)(r1 + 112) = r2;")
C("tp/sched/sched_switch", tp_arg, "r2 = *(u64 *)(r1 + 8);")
C("perf_event", perf_period, "r2 = *(u64 *)(r1 + 168);")
C("raw_tp", null_deref, "r2 = 0; r3 = *(u64 *)(r2 + 0);")
C("raw_tp", number_deref, "r2 = 1234; r3 = *(u64 *)(r2 + 0);")
C("raw_tp", number_store, "r2 = 1234; *(u64 *)(r2 + 0) = r2;")
C("raw_tp", r0_after_helper_as_pointer, RANDOM "r3 = *(u64 *)(r0 + 0);")
C("raw_tp", context_arith_32, "w1 += 1;")
C("raw_tp", context_multiplied, "r1 *= 1;")
C("raw_tp", context_plus_context, "r2 = r1; r1 += r2;")
C("raw_tp", context_stored_and_used, "*(u64 *)(r10 - 8) = r1; r1 = 0; r2 = *(u64 *)(r10 - 8); r3 = *(u64 *)(r2 + 0);")
C("raw_tp", context_to_helper, "r2 = 8; call 16;")
C("raw_tp", atomic_on_context, "r2 = 1; lock *(u64 *)(r1 + 0) += r2;")
SEC("raw_tp") __naked int returns_any(void) { asm volatile(KTIME "exit;" ::: "memory"); }
SEC("xdp") __naked int xdp_any(void) { asm volatile(KTIME "exit;" ::: "memory"); }
SEC("socket") __naked int socket_any(void) { asm volatile(KTIME "exit;" ::: "memory"); }
SEC("tc") __naked int tc_any(void) { asm volatile(KTIME "exit;" ::: "memory"); }
