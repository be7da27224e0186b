// SPDX-License-Identifier: GPL-2.0-only
// Bits and task iterators: their arguments, RCU and sleepable rules.
#include "../iterscope.bpf.h"
LICENSE;

extern struct task_struct *bpf_task_from_pid(int pid) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;

enum { ALL_PROCS, ALL_THREADS, PROC_THREADS };

SEC("raw_tp") int bits_one_word(void *ctx)
{
	struct bpf_iter_bits it;
	__u64 word = 0x1234;
	int *bit, n = 0;

	bpf_iter_bits_new(&it, &word, 1);
	while ((bit = bpf_iter_bits_next(&it)))
		n += *bit;
	bpf_iter_bits_destroy(&it);
	return n;
}
SEC("raw_tp") int bits_two_words(void *ctx)
{
	struct bpf_iter_bits it;
	__u64 words[2] = { 1, 2 };
	int n = 0;

	bpf_iter_bits_new(&it, words, 2);
	while (bpf_iter_bits_next(&it))
		n++;
	bpf_iter_bits_destroy(&it);
	return n & 1;
}
SEC("raw_tp") int bits_too_short(void *ctx)
{
	struct bpf_iter_bits it;

	bpf_iter_bits_new(&it, (__u64 *)ctx, 1);
	bpf_iter_bits_destroy(&it);
	return 0;
}
SEC("raw_tp") int bits_null(void *ctx)
{
	struct bpf_iter_bits it;

	bpf_iter_bits_new(&it, 0, 1);
	bpf_iter_bits_destroy(&it);
	return 0;
}
SEC("raw_tp") int bits_leak(void *ctx)
{
	struct bpf_iter_bits it;
	__u64 word = 1;

	bpf_iter_bits_new(&it, &word, 1);
	return 0;
}
SEC("raw_tp") int bits_and_num(void *ctx)
{
	struct bpf_iter_bits bits;
	struct bpf_iter_num num;
	__u64 word = 0xff;
	int *bit, *i, n = 0;

	bpf_iter_bits_new(&bits, &word, 1);
	while ((bit = bpf_iter_bits_next(&bits))) {
		bpf_iter_num_new(&num, 0, *bit);
		while ((i = bpf_iter_num_next(&num)))
			n += *i;
		bpf_iter_num_destroy(&num);
	}
	bpf_iter_bits_destroy(&bits);
	return n;
}
SEC("raw_tp") int bits_second_word_overwritten(void *ctx)
{
	struct bpf_iter_bits it;
	__u64 word = 1;

	bpf_iter_bits_new(&it, &word, 1);
	*(volatile __u64 *)((char *)&it + 8) = 0;
	bpf_iter_bits_destroy(&it);
	return 0;
}
SEC("raw_tp") int bits_destroyed_as_num(void *ctx)
{
	struct bpf_iter_bits it;
	__u64 word = 1;

	bpf_iter_bits_new(&it, &word, 1);
	bpf_iter_num_destroy((void *)&it);
	return 0;
}
SEC("raw_tp") int bits_from_second_slot(void *ctx)
{
	struct bpf_iter_bits it;
	__u64 word = 1;

	bpf_iter_bits_new(&it, &word, 1);
	bpf_iter_bits_next((void *)((char *)&it + 8));
	bpf_iter_bits_destroy(&it);
	return 0;
}

#define TASKS(name, sec, before, after, body)                                \
	SEC(sec) int name(void *ctx)                                         \
	{                                                                    \
		struct bpf_iter_task it;                                     \
		struct task_struct *p;                                       \
		int n = 0;                                                   \
                                                                             \
		before;                                                      \
		bpf_iter_task_new(&it, 0, ALL_PROCS);                        \
		while ((p = bpf_iter_task_next(&it))) {                      \
			body;                                                \
		}                                                            \
		bpf_iter_task_destroy(&it);                                  \
		after;                                                       \
		return n & 1;                                                \
	}
TASKS(tasks, "raw_tp", , , n++)
TASKS(tasks_locked, "raw_tp", bpf_rcu_read_lock(), bpf_rcu_read_unlock(), n++)
TASKS(tasks_sleepable, "syscall", , , n++)
TASKS(tasks_sleepable_locked, "syscall", bpf_rcu_read_lock(), bpf_rcu_read_unlock(), n++)
TASKS(tasks_never_unlocked, "raw_tp", bpf_rcu_read_lock(), , n++)
TASKS(tasks_unlocked_inside, "syscall", bpf_rcu_read_lock(), , bpf_rcu_read_unlock(); n++)
TASKS(tasks_released, "raw_tp", , , bpf_task_release(p))

SEC("raw_tp") int threads_of_number(void *ctx)
{
	struct bpf_iter_task it;

	bpf_iter_task_new(&it, (struct task_struct *)5, PROC_THREADS);
	bpf_iter_task_destroy(&it);
	return 0;
}
SEC("syscall") int threads_of_found(void *ctx)
{
	struct bpf_iter_task it;
	struct task_struct *p = bpf_task_from_pid(1);
	int n = 0;

	if (!p)
		return 0;
	bpf_iter_task_new(&it, p, PROC_THREADS);
	while (bpf_iter_task_next(&it))
		n++;
	bpf_iter_task_destroy(&it);
	bpf_task_release(p);
	return n & 1;
}
SEC("syscall") int threads_of_unchecked(void *ctx)
{
	struct bpf_iter_task it;
	struct task_struct *p = bpf_task_from_pid(1);

	bpf_iter_task_new(&it, p, PROC_THREADS);
	bpf_iter_task_destroy(&it);
	if (p)
		bpf_task_release(p);
	return 0;
}
SEC("syscall") int found_never_released(void *ctx)
{
	struct task_struct *p = bpf_task_from_pid(1);

	return p ? 1 : 0;
}
SEC("syscall") int found_released_twice(void *ctx)
{
	struct task_struct *p = bpf_task_from_pid(1);

	if (p) {
		bpf_task_release(p);
		bpf_task_release(p);
	}
	return 0;
}
SEC("raw_tp") int released_unchecked(void *ctx)
{
	bpf_task_release(bpf_task_from_pid(1));
	return 0;
}
SEC("raw_tp") int unlock_without_lock(void *ctx)
{
	bpf_rcu_read_unlock();
	return 0;
}
SEC("raw_tp") int lock_twice(void *ctx)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	bpf_rcu_read_unlock();
	return 0;
}
