// SPDX-License-Identifier: GPL-2.0-only
// bpf_loop: one call with several callbacks, with flags, nested.
#include "../iterscope.bpf.h"
LICENSE;

static long first(__u32 i, __u64 *sum) { *sum += i; return 0; }
static long second(__u32 i, __u64 *sum) { *sum += 2; return i > 5; }
static long third(__u32 i, __u64 *sum) { return 2; }

/* The call may be inlined as long as it always has the same callback and no flags. */
#define LOOP_WITH(name, a, b, f) \
	SEC("raw_tp") int name(void *ctx) \
	{ \
		__u64 sum = 0; \
		void *callback = bpf_get_prandom_u32() & 1 ? (void *)a : (void *)b; \
		asm volatile("r2 = %1; r1 = 4; r3 = %0; r4 = %2; call 181;" :: "r"(&sum), "r"(callback), "i"(f) : "r0", "r1", "r2", "r3", "r4", "r5", "memory"); \
		return sum; \
	}
LOOP_WITH(two_callbacks, first, second, 0)
LOOP_WITH(one_callback, first, first, 0)
LOOP_WITH(with_flags, first, second, 1)
LOOP_WITH(bad_result, first, third, 0)

static long inner(__u32 i, __u64 *sum) { *sum += i; return 0; }
static long outer(__u32 i, __u64 *sum) { bpf_loop(3, inner, sum, 0); return 0; }
SEC("raw_tp") int nested(void *ctx) { __u64 sum = 0; bpf_loop(2, outer, &sum, 0); return sum; }
SEC("raw_tp") int unknown_rounds(void *ctx) { __u64 sum = 0; bpf_loop(bpf_get_prandom_u32(), first, &sum, 0); return sum; }
SEC("raw_tp") int no_rounds(void *ctx) { __u64 sum = 0; bpf_loop(0, first, &sum, 0); return sum; }
SEC("raw_tp") int flags_unknown(void *ctx) { __u64 sum = 0; bpf_loop(2, first, &sum, bpf_get_prandom_u32()); return sum; }
