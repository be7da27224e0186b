// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Each of these walks an iterator to its end, and asks once more. */

struct bpf_iter_bits {
	__u64 __opaque[2];
} __attribute__((aligned(8)));
struct bpf_iter_kmem_cache {
	__u64 __opaque[1];
} __attribute__((aligned(8)));
struct bpf_iter_dmabuf {
	__u64 __opaque[1];
} __attribute__((aligned(8)));
struct kmem_cache {
	int size;
} __attribute__((preserve_access_index));
struct dma_buf {
	unsigned long size;
} __attribute__((preserve_access_index));

extern int bpf_iter_bits_new(struct bpf_iter_bits *it, const __u64 *unsafe_ptr__ign, __u32 nr_words) __weak __ksym;
extern int *bpf_iter_bits_next(struct bpf_iter_bits *it) __weak __ksym;
extern void bpf_iter_bits_destroy(struct bpf_iter_bits *it) __weak __ksym;
extern int bpf_iter_kmem_cache_new(struct bpf_iter_kmem_cache *it) __weak __ksym;
extern struct kmem_cache *bpf_iter_kmem_cache_next(struct bpf_iter_kmem_cache *it) __weak __ksym;
extern void bpf_iter_kmem_cache_destroy(struct bpf_iter_kmem_cache *it) __weak __ksym;
extern int bpf_iter_dmabuf_new(struct bpf_iter_dmabuf *it) __weak __ksym;
extern struct dma_buf *bpf_iter_dmabuf_next(struct bpf_iter_dmabuf *it) __weak __ksym;
extern void bpf_iter_dmabuf_destroy(struct bpf_iter_dmabuf *it) __weak __ksym;

__u64 mask = 11;

SEC("syscall")
int numbers(void *ctx)
{
	struct bpf_iter_num it;
	int count = 0;

	bpf_iter_num_new(&it, 0, 3);
	while (bpf_iter_num_next(&it))
		count++;
	bpf_iter_num_next(&it);
	bpf_iter_num_destroy(&it);
	return count;
}

SEC("syscall")
int bits(void *ctx)
{
	struct bpf_iter_bits it;
	int count = 0;

	bpf_iter_bits_new(&it, &mask, 1);
	while (bpf_iter_bits_next(&it))
		count++;
	bpf_iter_bits_next(&it);
	bpf_iter_bits_destroy(&it);
	return count;
}

SEC("syscall")
int caches(void *ctx)
{
	struct bpf_iter_kmem_cache it;
	int count = 0;

	bpf_iter_kmem_cache_new(&it);
	while (bpf_iter_kmem_cache_next(&it))
		count++;
	bpf_iter_kmem_cache_next(&it);
	bpf_iter_kmem_cache_destroy(&it);
	return count;
}

SEC("syscall")
int buffers(void *ctx)
{
	struct bpf_iter_dmabuf it;
	int count = 0;

	bpf_iter_dmabuf_new(&it);
	while (bpf_iter_dmabuf_next(&it))
		count++;
	bpf_iter_dmabuf_next(&it);
	bpf_iter_dmabuf_destroy(&it);
	return count;
}
