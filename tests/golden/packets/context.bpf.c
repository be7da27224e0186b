// SPDX-License-Identifier: GPL-2.0-only
// struct __sk_buff, struct xdp_md and their like, field by field: what each type of program may read and write.
#include "../iterscope.bpf.h"
LICENSE;

#define PROG(sec, name, insns) SEC(sec) __naked int name(void) { asm volatile(insns "r0 = 0; exit;" ::: "memory"); }
#define R4(off) "r0 = *(u32 *)(r1 + " #off ");"
#define R8(off) "r0 = *(u64 *)(r1 + " #off ");"
#define R1(off) "r0 = *(u8 *)(r1 + " #off ");"
#define W4(off) "r2 = 0; *(u32 *)(r1 + " #off ") = r2;"
#define W8(off) "r2 = 0; *(u64 *)(r1 + " #off ") = r2;"

/* Fields that all may read, whole or in part. */
#define COMMON(sec, p) PROG(sec, p##_common, R4(0) R4(8) "r0 = *(u16 *)(r1 + 10);" R1(17) R4(84) R4(164) R4(176) R1(51) "r0 = *(u64 *)(r1 + 48);")
#define FIELDS(sec, p) COMMON(sec, p) \
	PROG(sec, p##_tc_classid, R4(72)) PROG(sec, p##_data, R4(76)) PROG(sec, p##_data_end, R4(80)) PROG(sec, p##_data_meta, R4(140)) \
	PROG(sec, p##_family, R4(88)) PROG(sec, p##_local_port, R4(136)) PROG(sec, p##_flow_keys, R8(144)) PROG(sec, p##_tstamp, R8(152)) \
	PROG(sec, p##_tstamp_short, R4(152)) PROG(sec, p##_wire_len, R4(160)) PROG(sec, p##_tstamp_type, R1(180)) PROG(sec, p##_hole, R1(181)) \
	PROG(sec, p##_hwtstamp, R8(184)) PROG(sec, p##_past, R4(192)) PROG(sec, p##_data_short, R1(76)) PROG(sec, p##_cb_past, R8(64)) \
	PROG(sec, p##_set_mark, W4(8)) PROG(sec, p##_set_priority, W4(32)) PROG(sec, p##_set_cb, W4(64) W8(48)) PROG(sec, p##_set_tstamp, W8(152)) \
	PROG(sec, p##_set_tc_index, W4(44)) PROG(sec, p##_set_queue, W4(12)) PROG(sec, p##_set_len, W4(0))
FIELDS("socket", filter)
FIELDS("tc", tc)
FIELDS("cgroup_skb/ingress", cgroup)
FIELDS("lwt_in", lwt)
FIELDS("sk_skb/stream_parser", parser)

PROG("xdp", xdp_fields, R4(0) R4(4) R4(8) R4(12) R4(16))
PROG("xdp", xdp_egress, R4(20))
PROG("xdp/devmap", devmap_egress, R4(20))
PROG("xdp", xdp_wide, R8(0))
PROG("xdp", xdp_set, W4(12))
PROG("perf_event", perf_words, R8(0) R8(160) R8(168) R4(180) R1(183))
PROG("perf_event", perf_part_of_register, R4(8))
PROG("perf_event", perf_past, R8(184))
PROG("raw_tp.w/x", buffer, R8(0) "r2 = 1; *(u64 *)(r0 + 8) = r2; r2 = *(u32 *)(r0 + 4);")
PROG("raw_tp.w/x", buffer_short, R4(0))
PROG("raw_tp.w/x", buffer_below, R8(0) "r0 += -8; r2 = *(u64 *)(r0 + 0);")
PROG("raw_tp.w/x", buffer_variable, "r6 = *(u64 *)(r1 + 8);" R8(0) "r6 &= 8; r0 += r6; r2 = *(u64 *)(r0 + 0);")
PROG("raw_tp.w/x", buffer_words, R8(8) R8(88))

/* A number that is read with its sign. */
PROG("tc", tc_signed_len, ".8byte 0x0000000000001081;")
PROG("tc", tc_signed_data, ".8byte 0x00000000004c1081;")
PROG("xdp", xdp_signed_data, ".8byte 0x0000000000001081;")
PROG("xdp", xdp_signed_queue, ".8byte 0x0000000000101081;")

/* Ranges of packets: what a comparison with the end, and with the start of the data, tells. */
#define SKB "r2 = *(u32 *)(r1 + 76); r3 = *(u32 *)(r1 + 80); r4 = *(u32 *)(r1 + 140);"
PROG("tc", meta_up_to_data, SKB "r5 = r4; r5 += 8; if r5 > r2 goto +1; r0 = *(u64 *)(r4 + 0);")
PROG("tc", meta_up_to_moved_data, SKB "r2 += 8; r5 = r4; r5 += 8; if r5 > r2 goto +1; r0 = *(u64 *)(r4 + 0);")
PROG("tc", data_before_moved_meta, SKB "r5 = r4; r5 += 8; if r2 < r5 goto +1; r0 = *(u64 *)(r4 + 0);")
PROG("tc", moved_data_before_meta, SKB "r2 += 8; r5 = r4; r5 += 8; if r2 < r5 goto +1; r0 = *(u64 *)(r4 + 0);")
PROG("tc", writes_packet, SKB "r5 = r2; r5 += 4; if r5 > r3 goto +1; *(u32 *)(r2 + 0) = r0;")
PROG("cgroup_skb/ingress", reads_packet, "r2 = *(u32 *)(r1 + 76); r3 = *(u32 *)(r1 + 80); r5 = r2; r5 += 4; if r5 > r3 goto +1; r0 = *(u32 *)(r2 + 0);")
PROG("cgroup_skb/ingress", cannot_write_packet, "r2 = *(u32 *)(r1 + 76); r3 = *(u32 *)(r1 + 80); r5 = r2; r5 += 4; r4 = 1; if r5 > r3 goto +1; *(u32 *)(r2 + 0) = r4;")
