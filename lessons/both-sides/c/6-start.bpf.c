#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/*
 * Counts the buffers. It should add up their sizes: the size of a buffer
 * is buffer->size.
 */
SEC("syscall")
int buffers_in_a_loop(void *ctx)
{
	struct bpf_iter_dmabuf it;
	struct dma_buf *buffer;
	int sum = 0;

	bpf_iter_dmabuf_new(&it);
	while ((buffer = bpf_iter_dmabuf_next(&it)))
		sum += 1;
	bpf_iter_dmabuf_destroy(&it);
	return sum;
}
