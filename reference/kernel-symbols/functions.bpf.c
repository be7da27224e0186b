// SPDX-License-Identifier: GPL-2.0-only
/* Functions and variables of the kernel that may not be there. */
#include "../iterscope.bpf.h"
LICENSE;

extern const int no_such_variable __ksym __weak;
extern void bpf_testmod_no_such_kfunc(int) __ksym __weak;
struct task_struct *bpf_task_from_vpid(int vpid) __ksym __weak;
extern struct task_struct *bpf_task_from_pid(int pid) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;

int out;

SEC("raw_tp") int missing(void *ctx)
{
	if (&no_such_variable)
		return *(volatile int *)&no_such_variable;
	if (bpf_testmod_no_such_kfunc)
		bpf_testmod_no_such_kfunc(1);
	return 0;
}

/* There is no such function, and nothing asks. */
SEC("raw_tp") int missing_called(void *ctx)
{
	bpf_testmod_no_such_kfunc(1);
	return 0;
}

SEC("syscall") int weak_there(void *ctx)
{
	struct task_struct *t = bpf_task_from_vpid ? bpf_task_from_vpid(1) : bpf_task_from_pid(1);

	if (!t)
		return 0;
	out = t->pid;
	bpf_task_release(t);
	return 0;
}

/* The address of a function is no memory. */
SEC("raw_tp") int read_function(void *ctx)
{
	return *(volatile int *)&bpf_task_from_pid;
}
