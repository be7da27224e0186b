// SPDX-License-Identifier: GPL-2.0-only
#include "../../samples/iter.h"

char LICENSE[] SEC("license") = "GPL";

/* Calls of kernel functions whose declarations say something. */

struct bpf_dynptr {
	__u64 __opaque[2];
} __attribute__((aligned(8)));
struct bpf_iter_task {
	__u64 __opaque[3];
} __attribute__((aligned(8)));
struct task_struct {
	int pid;
} __attribute__((preserve_access_index));

extern int bpf_copy_from_user_str(void *dst, __u32 dst__sz, const void *unsafe_ptr__ign, __u64 flags) __weak __ksym;
extern void *bpf_dynptr_slice(const struct bpf_dynptr *p, __u32 offset, void *buffer__opt, __u32 buffer__szk) __weak __ksym;
extern int bpf_dynptr_clone(const struct bpf_dynptr *p, struct bpf_dynptr *clone__uninit) __weak __ksym;
extern struct task_struct *bpf_task_from_pid(int pid) __weak __ksym;
extern void bpf_task_release(struct task_struct *p) __weak __ksym;
extern int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task__nullable, unsigned int flags) __weak __ksym;
extern struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it) __weak __ksym;
extern void bpf_iter_task_destroy(struct bpf_iter_task *it) __weak __ksym;
extern int bpf_stream_vprintk_impl(int stream_id, const char *fmt__str, const void *args, __u32 len__sz,
				   void *aux__prog) __weak __ksym;

static long (*bpf_dynptr_from_mem)(void *data, __u32 size, __u64 flags, struct bpf_dynptr *ptr) = (void *)197;

enum { ALL_PROCESSES = 0 };

__u32 n = 16;
char text[16] = "sixteen letters";

/* A buffer of 16 bytes, and its size. The address is not the kernel's: 0 will do. */
SEC("syscall")
int fills(void *ctx)
{
	char name[16];

	return bpf_copy_from_user_str(name, sizeof(name), 0, 0);
}

/* The size comes from a variable. */
SEC("syscall")
int at_most(void *ctx)
{
	char name[16];
	__u32 size = n;

	if (size > 16)
		return -1;
	return bpf_copy_from_user_str(name, size, 0, 0);
}

/* Four bytes of a text, without a buffer to copy them to. */
SEC("raw_tp/sys_enter")
int slices(void *ctx)
{
	struct bpf_dynptr whole;
	char *part;

	bpf_dynptr_from_mem(text, sizeof(text), 0, &whole);
	part = bpf_dynptr_slice(&whole, 4, 0, 4);
	return part ? part[0] : 0;
}

/* A second dynptr for the same text: it lies where nothing was before. */
SEC("raw_tp/sys_enter")
int clones(void *ctx)
{
	struct bpf_dynptr whole, other;

	bpf_dynptr_from_mem(text, sizeof(text), 0, &whole);
	return bpf_dynptr_clone(&whole, &other);
}

/* Takes a process, and gives it back. */
SEC("syscall")
int gives_back(void *ctx)
{
	bpf_task_release(bpf_task_from_pid(1));
	return 0;
}

/* All processes: there is none to begin at. */
SEC("raw_tp/sys_enter")
int all(void *ctx)
{
	struct bpf_iter_task it;
	int count = 0;

	bpf_iter_task_new(&it, 0, ALL_PROCESSES);
	while (bpf_iter_task_next(&it))
		count++;
	bpf_iter_task_destroy(&it);
	return count;
}

/* Says something in the program's own stream. */
SEC("raw_tp/sys_enter")
int says(void *ctx)
{
	char words[8] = "hello";

	return bpf_stream_vprintk_impl(1, words, 0, 0, 0);
}
