// SPDX-License-Identifier: GPL-2.0-only
// What fills a dynptr: copies, one byte throughout, memory of the kernel and of user space.
#include "../iterscope.bpf.h"
LICENSE;

struct bpf_dynptr { __u64 __opaque[2]; } __attribute__((aligned(8)));
struct __sk_buff { __u32 len; };
extern int bpf_dynptr_copy(struct bpf_dynptr *to, __u32 to_off, struct bpf_dynptr *from, __u32 from_off, __u32 size) __ksym;
extern int bpf_dynptr_memset(struct bpf_dynptr *p, __u32 offset, __u32 size, __u8 val) __ksym;
extern int bpf_probe_read_kernel_dynptr(struct bpf_dynptr *d, __u32 off, __u32 size, const void *from) __ksym;
extern int bpf_probe_read_kernel_str_dynptr(struct bpf_dynptr *d, __u32 off, __u32 size, const void *from) __ksym;
extern int bpf_probe_read_user_dynptr(struct bpf_dynptr *d, __u32 off, __u32 size, const void *from) __ksym;
extern int bpf_probe_read_user_str_dynptr(struct bpf_dynptr *d, __u32 off, __u32 size, const void *from) __ksym;
extern int bpf_copy_from_user_dynptr(struct bpf_dynptr *d, __u32 off, __u32 size, const void *from) __ksym;
extern int bpf_copy_from_user_str_dynptr(struct bpf_dynptr *d, __u32 off, __u32 size, const void *from) __ksym;
extern int bpf_dynptr_from_skb_meta(struct __sk_buff *skb, __u64 flags, struct bpf_dynptr *d) __ksym;

char memory[64], others[64];

/* A program with a dynptr of 64 bytes. */
#define WITH(section, name, ...) \
	SEC(section) int name(void *ctx) \
	{ \
		struct bpf_dynptr d; \
		if (bpf_dynptr_from_mem(memory, sizeof(memory), 0, &d)) \
			return 1; \
		__VA_ARGS__; \
		return 0; \
	}
WITH("raw_tp", copies, struct bpf_dynptr from; bpf_dynptr_from_mem(others, sizeof(others), 0, &from); bpf_dynptr_copy(&d, 0, &from, 8, 16))
WITH("raw_tp", fills_with_one_byte, bpf_dynptr_memset(&d, 0, 64, 0xff))
WITH("raw_tp", reads_the_kernel, bpf_probe_read_kernel_dynptr(&d, 0, 8, ctx))
WITH("raw_tp", reads_text_of_the_kernel, bpf_probe_read_kernel_str_dynptr(&d, 0, 8, ctx))
WITH("raw_tp", reads_user_space, bpf_probe_read_user_dynptr(&d, 0, 8, ctx))
WITH("raw_tp", reads_text_of_user_space, bpf_probe_read_user_str_dynptr(&d, 0, 8, ctx))
WITH("syscall", copies_from_user_space, bpf_copy_from_user_dynptr(&d, 0, 8, ctx))
WITH("syscall", copies_text_from_user_space, bpf_copy_from_user_str_dynptr(&d, 0, 8, ctx))
WITH("raw_tp", may_not_wait_for_user_space, bpf_copy_from_user_dynptr(&d, 0, 8, ctx))
SEC("tc") int metadata_of_a_packet(struct __sk_buff *skb) { struct bpf_dynptr d; return bpf_dynptr_from_skb_meta(skb, 0, &d); }
