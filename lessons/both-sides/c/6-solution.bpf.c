#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/* Adds up the sizes of the buffers. */
SEC("syscall")
int buffers_in_a_loop(void *ctx)
{
	struct bpf_iter_dmabuf it;
	struct dma_buf *buffer;
	int sum = 0;

	bpf_iter_dmabuf_new(&it);
	while ((buffer = bpf_iter_dmabuf_next(&it)))
		sum += buffer->size;
	bpf_iter_dmabuf_destroy(&it);
	return sum;
}
