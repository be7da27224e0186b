#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

int pid = 1;

/* May the process run on processor 0? */
SEC("syscall")
int may_sleep(void *ctx)
{
	struct task_struct *t = bpf_task_from_pid(pid);
	int yes;

	if (!t)
		return -1;
	bpf_rcu_read_lock();
	yes = bpf_cpumask_test_cpu(0, t->cpus_ptr);
	bpf_rcu_read_unlock();
	bpf_task_release(t);
	return yes;
}
