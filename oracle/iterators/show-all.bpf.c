// SPDX-License-Identifier: GPL-2.0-only
/* Shows every type that `show-all.ts` lists over three patterns of bytes, and tells length and a hash of each text. See there. */
#include "iter.h"
#include "ids.h"

struct btf_ptr { void *ptr; __u32 type_id; __u32 flags; };
enum { PATTERNS = 3, BYTES = 4096, WAYS = 2, PTR_RAW = 4, OTHER_FLAGS = 11 };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, COUNT);
	__type(key, __u32);
	__type(value, __u32);
} cases SEC(".maps");

__u8 data[PATTERNS][BYTES];
char text[32768];
int filled;

static __attribute__((always_inline)) void fill(void)
{
	__u32 state = 777;

	for (int i = 0; i < BYTES; i++) {
		state = state * 1103515245 + 12345;
		data[1][i] = state >> 16;
		data[2][i] = (state >> 20) % 5 == 0 ? state >> 24 & 3 : (state >> 20) % 37 == 1 ? 'a' + (state >> 24) % 26 : 0;
	}
}

SEC("iter/bpf_map_elem")
int show_all(struct bpf_iter__bpf_map_elem *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct btf_ptr what = {};
	__u32 *key = ctx->key, one;

	if (!key)
		return 0;
	if (!filled) {
		filled = 1;
		fill();
	}
	one = *key;
	if (one >= COUNT)
		return 0;
	what.type_id = *(volatile const __u32 *)&ids[one];
	for (int way = 0; way < WAYS; way++) {
		__u32 pattern = (one + way) % PATTERNS;
		__u32 flags = ((one * 7 + way * 5) & OTHER_FLAGS) | PTR_RAW;
		__u64 hash = 14695981039346656037ull;
		long length;

		if (pattern >= PATTERNS)
			return 0;
		what.ptr = data[pattern];
		length = bpf_snprintf_btf(text, sizeof(text), &what, sizeof(what), flags);
		for (__u32 i = 0; i < sizeof(text); i++) {
			if ((long)i >= length)
				break;
			hash = (hash ^ (__u8)text[i]) * 1099511628211ull;
		}
		PRINT(seq, "%u %u %u %d %llx\n", what.type_id, pattern, flags, length, hash);
	}
	return 0;
}
