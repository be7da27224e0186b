/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

SEC("iter/bpf_link")
int links(struct bpf_iter__bpf_link *ctx)
{
	struct bpf_link *link = ctx->link;

	if (!link) {
		SAY(ctx->meta->seq, "end\n");
		return 0;
	}
	PRINT(ctx->meta->seq, "%u of %u\n", link->id, link->prog->aux->id);
	return 0;
}
