// SPDX-License-Identifier: GPL-2.0-only
// Pointers that a map's value holds: loaded, stored, exchanged, touched as bytes.
#include "fields.bpf.h"

SEC("raw_tp") int load_untrusted(void *ctx) { VALUE(owner, owners); struct task_struct *t = owner->seen; return t ? t->pid : 0; }
SEC("syscall") int load_owned(void *ctx)
{
	VALUE(owner, owners);
	bpf_rcu_read_lock();
	struct task_struct *t = owner->task;
	int pid = t ? t->pid : 0;
	bpf_rcu_read_unlock();
	return pid;
}
SEC("syscall") int load_without_rcu(void *ctx) { VALUE(owner, owners); struct task_struct *t = owner->task; if (!t) return 0; bpf_task_release(t); return 0; }
SEC("syscall") int exchange(void *ctx)
{
	VALUE(owner, owners);
	struct task_struct *t = bpf_task_from_pid(1), *old;
	if (!t)
		return 0;
	old = bpf_kptr_xchg(&owner->task, t);
	if (old)
		bpf_task_release(old);
	return 0;
}
SEC("syscall") int exchange_leak(void *ctx) { VALUE(owner, owners); return bpf_kptr_xchg(&owner->task, 0) != 0; }
SEC("syscall") int exchange_maybe_null(void *ctx)
{
	VALUE(owner, owners);
	struct task_struct *old = bpf_kptr_xchg(&owner->task, bpf_task_from_pid(1));
	if (old)
		bpf_task_release(old);
	return 0;
}
SEC("syscall") int exchange_unowned(void *ctx) { VALUE(owner, owners); struct task_struct *old = bpf_kptr_xchg(&owner->seen, 0); if (old) bpf_task_release(old); return 0; }
SEC("syscall") int exchange_elsewhere(void *ctx) { VALUE(owner, owners); struct task_struct *old = bpf_kptr_xchg(&owner->n, 0); if (old) bpf_task_release(old); return 0; }
SEC("tp_btf/task_newtask") int store_current(void *ctx) { VALUE(owner, owners); owner->seen = (void *)bpf_get_current_task_btf(); return 0; }
SEC("raw_tp") int store_number(void *ctx) { VALUE(owner, owners); *(volatile __u64 *)&owner->seen = 5; return 0; }
SEC("raw_tp") int store_null(void *ctx) { VALUE(owner, owners); owner->seen = 0; return 0; }
SEC("raw_tp") int store_owned(void *ctx) { VALUE(owner, owners); *(struct task_struct *volatile *)&owner->task = 0; return 0; }
SEC("raw_tp") int half(void *ctx) { VALUE(owner, owners); return *(volatile __u32 *)&owner->task; }
SEC("raw_tp") int variable(void *ctx) { VALUE(owner, owners); return *((volatile __u8 *)owner + (bpf_get_prandom_u32() & 15)); }
SEC("raw_tp") int by_helper(void *ctx) { VALUE(owner, owners); return bpf_probe_read_kernel(&owner->n, 16, 0); }
SEC("raw_tp") int atomic(void *ctx) { VALUE(owner, owners); return __sync_fetch_and_add((__u64 *)&owner->seen, 1); }
SEC("raw_tp") int beside(void *ctx) { VALUE(owner, owners); return owner->n++; }
