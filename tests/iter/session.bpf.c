/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

/* The number of the file that is read: one count for all iterators of a machine. */
SEC("iter/bpf_map")
int session(struct bpf_iter__bpf_map *ctx)
{
	if (!ctx->map)
		PRINT(ctx->meta->seq, "session %llu\n", ctx->meta->session_id);
	return 0;
}
