/* SPDX-License-Identifier: GPL-2.0-only */
#include "iter.h"
#include "shown.h"

/* What the functions that show kernel types give back: mistakes, memory that cannot be read, buffers that are too small. */
struct one { __u8 bytes[96]; };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 9);
	__type(key, __u32);
	__type(value, __u32);
} cases SEC(".maps");

__u8 data[64];
char text[96];

/* The text, and whether what follows it was left alone. */
static __attribute__((noinline)) int tell(struct bpf_iter__bpf_map_elem *ctx, long result)
{
	__u64 from = (__u64)text;
	int after = 0;

	for (int i = 0; i < sizeof(text); i++)
		if (text[i] == '#')
			after++;
	PRINT(ctx->meta->seq, "%d: '%s' %d left\n", result, from, after);
	return 0;
}

SEC("iter/bpf_map_elem")
int edges(struct bpf_iter__bpf_map_elem *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct btf_ptr what = {};
	__u32 *key = ctx->key;

	if (!key)
		return 0;
	for (int i = 0; i < sizeof(text) - 1; i++)
		text[i] = '#';
	text[95] = 0;
	data[0] = 0x85; data[1] = 0x10; data[4] = 7; data[8] = 1; data[16] = 2;
	what.type_id = bpf_core_type_id_kernel(struct bpf_insn);
	what.ptr = data;
	switch (*key) {
	case 0:
		PRINT(seq, "flags 16: %d\n", bpf_seq_printf_btf(seq, &what, sizeof(what), 16));
		PRINT(seq, "flags high: %d\n", bpf_seq_printf_btf(seq, &what, sizeof(what), 1ull << 32));
		PRINT(seq, "size 8: %d\n", bpf_seq_printf_btf(seq, &what, 8, 0));
		PRINT(seq, "size 0: %d\n", bpf_seq_printf_btf(seq, &what, 0, 0));
		break;
	case 1:
		what.type_id = 0;
		PRINT(seq, "type 0: %d\n", bpf_seq_printf_btf(seq, &what, sizeof(what), 0));
		what.type_id = 0x7ffffff0;
		PRINT(seq, "type too high: %d\n", bpf_seq_printf_btf(seq, &what, sizeof(what), 0));
		what.type_id = 0x80000001;
		PRINT(seq, "type negative: %d\n", bpf_seq_printf_btf(seq, &what, sizeof(what), 0));
		break;
	case 2:
		what.ptr = 0;
		PRINT(seq, "NULL: %d\n", bpf_seq_printf_btf(seq, &what, sizeof(what), 0));
		what.ptr = (void *)0x400000;
		PRINT(seq, "user: %d\n", bpf_seq_printf_btf(seq, &what, sizeof(what), 0));
		what.ptr = (void *)0xffff800000000000;
		PRINT(seq, "nobody: %d\n", bpf_seq_printf_btf(seq, &what, sizeof(what), 0));
		what.ptr = 0;
		what.type_id = bpf_core_type_id_kernel(umode_t);
		PRINT(seq, "NULL, a number: %d\n", bpf_seq_printf_btf(seq, &what, sizeof(what), 0));
		tell(ctx, bpf_snprintf_btf(text, sizeof(text), &what, sizeof(what), 0));
		break;
	case 3:
		tell(ctx, bpf_snprintf_btf(text, sizeof(text), &what, sizeof(what), BTF_F_COMPACT));
		break;
	case 4:
		tell(ctx, bpf_snprintf_btf(text, 1, &what, sizeof(what), BTF_F_COMPACT));
		break;
	case 5:
		tell(ctx, bpf_snprintf_btf(text, 10, &what, sizeof(what), 0));
		break;
	case 6:
		tell(ctx, bpf_snprintf_btf(text, 30, &what, sizeof(what), BTF_F_COMPACT | BTF_F_NONAME));
		break;
	case 7:
		what.ptr = data + 32;
		tell(ctx, bpf_snprintf_btf(text, sizeof(text), &what, sizeof(what), BTF_F_COMPACT));
		what.type_id = bpf_core_type_id_kernel(umode_t);
		tell(ctx, bpf_snprintf_btf(text, sizeof(text), &what, sizeof(what), BTF_F_COMPACT));
		what.type_id = bpf_core_type_id_kernel(struct list_head);
		tell(ctx, bpf_snprintf_btf(text, sizeof(text), &what, sizeof(what), BTF_F_ZERO));
		what.ptr = data + 8;
		tell(ctx, bpf_snprintf_btf(text, sizeof(text), &what, sizeof(what), BTF_F_PTR_RAW));
		break;
	default:
		/* Fills the buffer: the function does not tell. */
		for (int i = 0; i < 600; i++)
			if (bpf_seq_printf_btf(seq, &what, sizeof(what), 0))
				return 1;
		break;
	}
	return 0;
}
