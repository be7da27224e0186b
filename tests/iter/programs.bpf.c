/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

SEC("iter/bpf_prog")
int programs(struct bpf_iter__bpf_prog *ctx)
{
	struct bpf_prog *prog = ctx->prog;

	if (!prog) {
		SAY(ctx->meta->seq, "end\n");
		return 0;
	}
	PRINT(ctx->meta->seq, "%u %s\n", prog->aux->id, (__u64)prog->aux->name);
	return 0;
}
