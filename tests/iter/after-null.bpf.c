/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

/*
 * The iterator over DMA buffers begins again when it is asked after NULL, where there is a buffer. Of what it gives then the verifier is sure that
 * it is NULL: it takes r0 for the number 0, and lets a program shift an address.
 */
struct bpf_iter_dmabuf { __u64 __opaque[1]; } __attribute__((aligned(8)));
extern int bpf_iter_dmabuf_new(struct bpf_iter_dmabuf *it) __ksym;
extern struct dma_buf *bpf_iter_dmabuf_next(struct bpf_iter_dmabuf *it) __ksym;
extern void bpf_iter_dmabuf_destroy(struct bpf_iter_dmabuf *it) __ksym;

SEC("syscall")
int after_null(void *ctx)
{
	struct bpf_iter_dmabuf it;
	struct dma_buf *buffer;

	bpf_iter_dmabuf_new(&it);
	while (bpf_iter_dmabuf_next(&it))
		;
	buffer = bpf_iter_dmabuf_next(&it);
	/* The compiler must not think of it as of a pointer. */
	asm volatile("%0 >>= 63" : "+r"(buffer));
	bpf_iter_dmabuf_destroy(&it);
	return (unsigned long)buffer;
}
