/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

/* The same of another target. */
SEC("iter/bpf_link")
int session_links(struct bpf_iter__bpf_link *ctx)
{
	if (!ctx->link)
		PRINT(ctx->meta->seq, "session %llu\n", ctx->meta->session_id);
	return 0;
}
