#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/* The iterator of this lesson, which no Linux has, and its four functions. */
struct bpf_iter_every {
	__u64 __opaque[3];
} __attribute__((aligned(8)));

extern int bpf_iter_every_new(struct bpf_iter_every *it, int first, int last) __weak __ksym;
extern __u64 *bpf_iter_every_next(struct bpf_iter_every *it) __weak __ksym;
extern void bpf_iter_every_destroy(struct bpf_iter_every *it) __weak __ksym;
extern __u64 bpf_iter_every_left(struct bpf_iter_every *it__iter) __weak __ksym;

int first = 1;
int last = 20;

/* How many numbers there are from first to last, without a loop. */
SEC("raw_tp/sys_enter")
int sum_every(void *ctx)
{
	struct bpf_iter_every it;

	/* here */
	return 0;
}
