/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

SEC("iter/kmem_cache")
int caches(struct bpf_iter__kmem_cache *ctx)
{
	struct kmem_cache *s = ctx->s;

	if (!s) {
		SAY(ctx->meta->seq, "end\n");
		return 0;
	}
	PRINT(ctx->meta->seq, "%s %u %u\n", (__u64)s->name, s->size, s->object_size);
	return 0;
}
