/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

SEC("iter/dmabuf")
int buffers(struct bpf_iter__dmabuf *ctx)
{
	struct dma_buf *buffer = ctx->dmabuf;

	if (!buffer) {
		SAY(ctx->meta->seq, "end\n");
		return 0;
	}
	PRINT(ctx->meta->seq, "%lu\n", buffer->size);
	return 0;
}
