/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"

/* The first symbols with all that the iterator's state tells, those of iterators and modules wherever they stand, and what is left at the end. */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct kallsym_iter { long long pos, pos_mod_end, pos_ftrace_mod_end, pos_bpf_end; unsigned long value; char type; char name[512]; char module_name[56]; int exported; int show_value; };
struct bpf_iter__ksym { struct bpf_iter_meta *meta; struct kallsym_iter *ksym; };
#pragma clang attribute pop

enum { FIRST = 16 };

SEC("iter/ksym")
int ksyms(struct bpf_iter__ksym *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct kallsym_iter *at = ctx->ksym;
	__u64 number = ctx->meta->seq_num, module, name;

	if (!at)
		return 0;
	module = (__u64)at->module_name;
	name = (__u64)at->name;
	if (number < FIRST)
		PRINT(seq, "%llu: pos %lld ends %lld %lld %lld show %d\n", number, at->pos, at->pos_mod_end, at->pos_ftrace_mod_end, at->pos_bpf_end, at->show_value);
	/* At the end the state is what the last section leaves. */
	if (at->pos_bpf_end && at->pos == at->pos_bpf_end) {
		PRINT(seq, "end of '%s' exported %d value %d\n", module, at->exported, at->value != 0);
		return 0;
	}
	/* Of compiled programs there is the reader's own. */
	if (at->module_name[0] == 'b' && at->module_name[1] == 'p' && at->module_name[2] == 'f' && !at->module_name[3])
		return 0;
	if (number >= FIRST && !at->module_name[0] &&
	    !(at->name[0] == 'b' && at->name[1] == 'p' && at->name[2] == 'f' && at->name[3] == '_' && at->name[4] == 'i' && at->name[5] == 't' && at->name[6] == 'e' && at->name[7] == 'r' && at->name[8] == '_'))
		return 0;
	PRINT(seq, "%llx %c %s [%s] %d\n", at->value, at->type, name, module, at->exported);
	return 0;
}
