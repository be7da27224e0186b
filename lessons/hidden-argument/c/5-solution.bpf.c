#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

struct later {
	struct bpf_wq wq;
};
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct later);
} works SEC(".maps");

int counted;

/* Adds 1 to counted, once it is called. */
static int count(void *map, int *key, void *value)
{
	counted++;
	return 0;
}

/* Leaves work for later. */
SEC("syscall")
int passes_0(void *ctx)
{
	int key = 0;
	struct later *it = bpf_map_lookup_elem(&works, &key);

	if (!it)
		return 0;
	if (bpf_wq_init(&it->wq, &works, 0))
		return -1;
	if (bpf_wq_set_callback_impl(&it->wq, count, 0, NULL))
		return -1;
	return bpf_wq_start(&it->wq, 0);
}
