// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Work that is left for later, and an argument that no program passes. */

enum { BPF_MAP_TYPE_ARRAY = 2 };

struct bpf_wq {
	__u64 __opaque[2];
} __attribute__((aligned(8)));
struct later {
	struct bpf_wq wq;
};
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct later);
} works SEC(".maps");

extern int bpf_wq_init(struct bpf_wq *wq, void *p__map, unsigned int flags) __weak __ksym;
extern int bpf_wq_set_callback_impl(struct bpf_wq *wq, int (*callback_fn)(void *map, int *key, void *value),
				    unsigned int flags, void *aux__prog) __weak __ksym;
extern int bpf_wq_start(struct bpf_wq *wq, unsigned int flags) __weak __ksym;
static void *(*bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;

int counted;

static __noinline int count(void *map, int *key, void *value)
{
	counted++;
	return 0;
}

static __noinline int count_wrongly(void *map, int *key, void *value)
{
	return ++counted;
}

#define LEAVE_WORK(function, prog)                                        \
	int key = 0;                                                      \
	struct later *it = bpf_map_lookup_elem(&works, &key);             \
	if (!it || bpf_wq_init(&it->wq, &works, 0))                       \
		return -1;                                                \
	if (bpf_wq_set_callback_impl(&it->wq, function, 0, (void *)prog)) \
		return -2;                                                \
	return bpf_wq_start(&it->wq, 0)

/* As the macro bpf_wq_set_callback of libbpf does it. */
SEC("syscall")
int passes_0(void *ctx)
{
	LEAVE_WORK(count, 0);
}

SEC("syscall")
int passes_7(void *ctx)
{
	LEAVE_WORK(count, 7);
}

SEC("syscall")
int passes_a_pointer(void *ctx)
{
	LEAVE_WORK(count, ctx);
}

SEC("syscall")
int returns_the_count(void *ctx)
{
	LEAVE_WORK(count_wrongly, 0);
}
