// SPDX-License-Identifier: GPL-2.0-only
// The context of every target of iterator programs, read and written in every way; what its objects allow before and after a check for NULL.
#include "../kernel.bpf.h"
LICENSE;

#define ON(t, name, body) ASM_IN("iter/" #t, t##_##name, body)
#define WORD(t, n) ON(t, word_##n, "r2 = *(u64 *)(r1 + " #n ");" RET0)
#define OBJECT(n) "r2 = *(u64 *)(r1 + " #n "); if r2 == 0 goto 1f;"
#define TARGET(t, object) \
	WORD(t, 0) WORD(t, 8) WORD(t, 16) WORD(t, 24) WORD(t, 32) \
	ON(t, half, "r2 = *(u32 *)(r1 + " #object ");" RET0) \
	ON(t, number, "r2 = *(u32 *)(r1 + 16);" RET0) \
	ON(t, byte, "r2 = *(u8 *)(r1 + 17);" RET0) \
	ON(t, between, "r2 = *(u64 *)(r1 + 4);" RET0) \
	ON(t, context_written, "*(u64 *)(r1 + " #object ") = r1;" RET0) \
	ON(t, unchecked, "r2 = *(u64 *)(r1 + " #object "); r3 = *(u64 *)(r2 + 0);" RET0) \
	ON(t, checked, OBJECT(object) "r3 = *(u64 *)(r2 + 8); r3 = *(u32 *)(r2 + 16); 1:" RET0) \
	ON(t, far, OBJECT(object) "r3 = *(u64 *)(r2 + 32760); 1:" RET0) \
	ON(t, object_written, OBJECT(object) "*(u64 *)(r2 + 0) = r1; 1:" RET0) \
	ON(t, object_before, OBJECT(object) "r3 = *(u64 *)(r2 - 8); 1:" RET0) \
	ON(t, object_somewhere, "r6 = r1;" RANDOM "r0 &= 8; r2 = *(u64 *)(r6 + " #object "); if r2 == 0 goto 1f; r2 += r0; r3 = *(u64 *)(r2 + 0); 1:" RET0) \
	ON(t, object_moved, "r2 = *(u64 *)(r1 + " #object "); r2 += 8; if r2 == 0 goto 1f; 1:" RET0) \
	ON(t, returns_one, "r0 = 1; exit;") \
	ON(t, returns_minus_one, "r0 = -1; exit;")

TARGET(task, 8)
TARGET(task_file, 24)
TARGET(task_vma, 16)
TARGET(bpf_map, 8)
TARGET(bpf_map_elem, 24)
TARGET(bpf_prog, 8)
TARGET(bpf_link, 8)
TARGET(bpf_sk_storage_map, 16)
TARGET(sockmap, 24)
TARGET(cgroup, 8)
TARGET(kmem_cache, 8)
TARGET(dmabuf, 8)
TARGET(ksym, 8)
TARGET(ipv6_route, 8)
TARGET(netlink, 8)
TARGET(tcp, 8)
TARGET(udp, 8)
TARGET(unix, 8)
