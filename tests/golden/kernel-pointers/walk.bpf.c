// SPDX-License-Identifier: GPL-2.0-only
// Reading through pointers to kernel structures: which bytes are a field, and what a pointer that was read may be used for.
#include "../kernel.bpf.h"
LICENSE;

__u64 seen;
#define T G(bpf_get_current_task_btf())
#define READ(name, sec, what) \
	SEC(sec) int name(void *ctx) { seen = (__u64)(what); return 0; }
READ(number, "raw_tp", T->pid)
READ(number_narrow, "raw_tp", *(__u8 *)&T->pid)
READ(number_too_wide, "raw_tp", *(__u64 *)((char *)&T->tgid))
READ(bit_field, "raw_tp", T->sched_reset_on_fork)
READ(pointer, "raw_tp", T->mm)
READ(pointer_narrow, "raw_tp", *(volatile __u32 *)&T->mm)
READ(pointer_inside, "raw_tp", *(volatile __u32 *)((char *)&T->mm + 4))
READ(nested, "raw_tp", T->tasks.next)
READ(nested_number, "raw_tp", T->thread_info.flags)
READ(array_element, "raw_tp", T->comm[5])
READ(array_whole_words, "raw_tp", *(__u64 *)&T->comm[8])
READ(array_past_end, "raw_tp", *(volatile __u64 *)&T->comm[12])
READ(mask_in_place, "raw_tp", T->cpus_mask.bits[0])
READ(mask_behind, "raw_tp", T->cpus_ptr->bits[0])
READ(void_pointer, "raw_tp", *(__u64 *)T->stack)
READ(void_pointer_anywhere, "raw_tp", *(__u64 *)((char *)T->stack + seen))
READ(chain, "raw_tp", T->real_parent->real_parent->group_leader->pid)
READ(chain_sleepable, "syscall", T->real_parent->group_leader->pid)
READ(file, "raw_tp", T->mm->exe_file->f_inode->i_ino)
READ(path, "raw_tp", T->mm->exe_file->f_path.dentry->d_inode->i_ino)
SEC("raw_tp") int executable_checked(void *ctx)
{
	struct mm_struct *mm = T->mm;
	struct file *f = mm ? mm->exe_file : 0;

	if (f)
		seen = f->f_inode->i_ino;
	return 0;
}
SEC("syscall") int section_ends(void *ctx)
{
	struct task_struct___g *p;

	bpf_rcu_read_lock();
	p = T->real_parent;
	bpf_rcu_read_unlock();
	seen = p->pid;
	return 0;
}
#define WITH(name, sec, get, use)                                             \
	SEC(sec) int name(void *ctx)                                          \
	{                                                                     \
		struct task_struct *q;                                        \
                                                                              \
		q = bpf_task_acquire((void *)(get));                          \
		if (q) {                                                      \
			use;                                                  \
			bpf_task_release(q);                                  \
		}                                                             \
		return 0;                                                     \
	}
WITH(acquire_current, "tc", T, seen = q->pid)
WITH(acquire_parent, "tc", T->real_parent, seen = q->pid)
WITH(acquire_leader, "tc", T->group_leader, seen = q->pid)
WITH(acquire_plain, "tc", T->parent, seen = q->pid)
WITH(acquire_sleepable, "syscall", T->real_parent, seen = q->pid)
WITH(acquire_far, "tc", T->real_parent->real_parent, seen = q->pid)
WITH(acquire_cgroups, "tc", T->cgroups, seen = q->pid)
WITH(acquire_null, "tc", 0, seen = q->pid)
WITH(release_and_read, "tc", T, bpf_task_release(q); seen = q->pid; q = bpf_task_acquire(bpf_get_current_task_btf()); if (!q) return 0)
WITH(null_compared_again, "tc", T, if (q) seen = 1; else seen = *(__u64 *)0)

#define CURRENT_TASK CURRENT
ASM_IN("raw_tp", before_the_structure, CURRENT_TASK "r1 = *(u64 *)(r0 - 8);" RET0)
ASM_IN("raw_tp", past_the_structure, CURRENT_TASK "r1 = *(u64 *)(r0 + 32000);" RET0)
ASM_IN("raw_tp", variable_offset, CURRENT_TASK "r6 = r0;" RANDOM "r0 &= 8; r6 += r0; r1 = *(u64 *)(r6 + 0);" RET0)
ASM_IN("raw_tp", fixed_offset, CURRENT_TASK "r0 += 8; r1 = *(u64 *)(r0 - 8);" RET0)
ASM_IN("raw_tp", stored_into, CURRENT_TASK "r1 = 1; *(u64 *)(r0 + 0) = r1;" RET0)
ASM_IN("raw_tp", zero_stored_into, CURRENT_TASK "*(u32 *)(r0 + 0) = 0;" RET0)
ASM_IN("raw_tp", helper_writes_it, CURRENT_TASK "r1 = r0; r2 = 8; r3 = 0; call 113;" RET0)
ASM_IN("raw_tp", helper_reads_from_it, CURRENT_TASK "r3 = r0; r2 = 8; r1 = r10; r1 += -8; call 113;" RET0)
ASM_IN("raw_tp", printed_as_bytes, CURRENT_TASK "r1 = r0; r2 = 8; call 6;" RET0)
ASM_IN("raw_tp", spilled_and_filled, CURRENT_TASK "*(u64 *)(r10 - 8) = r0; r1 = *(u64 *)(r10 - 8); r2 = *(u32 *)(r1 + 0);" RET0)
ASM_IN("raw_tp", trusted_is_not_null, CURRENT_TASK "if r0 == 0 goto 1f;" RET0 "1: r1 = *(u64 *)(r1 + 0); exit;")
ASM_IN("raw_tp", parent_may_be_anything, CURRENT_TASK "r0 = *(u64 *)(r0 + 0); if r0 == 0 goto 1f;" RET0 "1: r0 = 1; exit;")
ASM_IN("raw_tp", two_ways_one_load, RANDOM "if r0 == 0 goto 1f;" CURRENT_TASK "r1 = r0; goto 2f; 1:" CURRENT_TASK "r1 = *(u64 *)(r0 + 32); 2: r2 = *(u64 *)(r1 + 0);" RET0)
ASM_IN("raw_tp", stack_or_task, "*(u64 *)(r10 - 8) = 0; r1 = r10; r1 += -8;" RANDOM "r1 = r10; r1 += -8; if r0 == 0 goto 1f;" CURRENT_TASK "r1 = r0; 1: r2 = *(u64 *)(r1 + 0);" RET0)
ASM_IN("raw_tp", memory_moved, CURRENT_TASK "r1 = *(u64 *)(r0 + 32); r1 += 16; r1 -= 4; r2 = *(u32 *)(r1 + 0);" RET0)
ASM_IN("raw_tp", number_plus_memory, CURRENT_TASK "r2 = *(u64 *)(r0 + 32); r1 = 8; r1 += r2; r3 = *(u32 *)(r1 + 0);" RET0)
ASM_IN("raw_tp", memory_written, CURRENT_TASK "r1 = *(u64 *)(r0 + 32); *(u64 *)(r1 + 0) = r0;" RET0)
ASM_IN("tc", released_moved, "r1 = 1; call bpf_task_from_pid; if r0 == 0 goto 1f; r1 = r0; r1 += 8; call bpf_task_release; 1:" RET0)
ASM_IN("tc", released_anywhere, "r1 = 1; call bpf_task_from_pid; if r0 == 0 goto 1f; r6 = r0;" RANDOM "r0 &= 8; r6 += r0; r1 = r6; call bpf_task_release; 1:" RET0)
ASM_IN("tc", spilled_and_released, "r1 = 1; call bpf_task_from_pid; if r0 == 0 goto 1f; *(u64 *)(r10 - 8) = r0; r1 = r0; call bpf_task_release; r1 = *(u64 *)(r10 - 8); r2 = *(u64 *)(r1 + 0); 1:" RET0)
SEC("tc") int by_virtual_pid(void *ctx)
{
	struct task_struct *p = bpf_task_from_vpid(1);

	if (p)
		bpf_task_release(p);
	return 0;
}
void roots(void) { bpf_task_from_pid(0); bpf_task_release(0); bpf_rcu_read_lock(); bpf_rcu_read_unlock(); }
