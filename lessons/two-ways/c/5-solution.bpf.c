#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

__u32 key = 2;

/*
 * Adds 1 to the value of the key and returns it; 0 where there is no
 * value.
 */
SEC("raw_tp/sys_enter")
int count_call(void *ctx)
{
	__u32 place = key;
	__u64 *count = bpf_map_lookup_elem(&counts, &place);

	if (!count)
		return 0;
	*count += 1;
	return *count;
}
