/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

SEC("iter/cgroup")
int cgroups(struct bpf_iter__cgroup *ctx)
{
	struct cgroup *cgroup = ctx->cgroup;

	if (!cgroup) {
		SAY(ctx->meta->seq, "end\n");
		return 0;
	}
	PRINT(ctx->meta->seq, "%d /%s\n", cgroup->level, (__u64)cgroup->kn->name);
	return 0;
}
