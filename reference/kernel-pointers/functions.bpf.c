// SPDX-License-Identifier: GPL-2.0-only
// Kernel functions: casts, sections, saved interrupts, CPU masks, and who may call them.
#include "../kernel.bpf.h"
LICENSE;

struct bpf_cpumask { struct cpumask cpumask; int usage; };
extern struct bpf_cpumask *bpf_cpumask_create(void) __ksym;
extern void bpf_cpumask_release(struct bpf_cpumask *cpumask) __ksym;
extern void bpf_cpumask_set_cpu(__u32 cpu, struct bpf_cpumask *cpumask) __ksym;
extern __u32 bpf_cpumask_first(const struct cpumask *cpumask) __ksym;
extern int bpf_cpumask_populate(struct cpumask *cpumask, void *src, __u64 src__sz) __ksym;
extern int bpf_strcmp(const char *a, const char *b) __ksym;
extern __s64 bpf_map_sum_elem_count(const struct bpf_map *map) __ksym;
extern struct file *bpf_get_task_exe_file(struct task_struct *task) __ksym;

__u64 seen;

#define CAST(name, sec, id) \
	ASM_IN(sec, name, "r1 = 5; r2 = " id "; call bpf_rdonly_cast; r3 = *(u64 *)(r0 + 0);" RET0)
CAST(cast_to_bytes, "raw_tp", "0")
CAST(cast_to_number, "raw_tp", "1")
CAST(cast_to_nothing, "raw_tp", "99999999")
CAST(cast_to_negative, "raw_tp", "-1")
ASM_IN("raw_tp", cast_to_unknown, RANDOM "r2 = r0; r1 = 5; call bpf_rdonly_cast;" RET0)
ASM_IN("raw_tp", cast_and_write, "r1 = 5; r2 = 0; call bpf_rdonly_cast; *(u64 *)(r0 + 0) = r0;" RET0)
SEC("raw_tp") int cast_by_name(void *ctx)
{
	struct task_struct___g *p = bpf_rdonly_cast((void *)seen, __builtin_btf_type_id(*(struct task_struct *)0, 1));

	seen = p->real_parent->pid;
	return 0;
}
SEC("tc") int cast_is_untrusted(void *ctx)
{
	struct task_struct *p = bpf_rdonly_cast((void *)seen, __builtin_btf_type_id(*(struct task_struct *)0, 1));

	p = bpf_task_acquire(p);
	if (p)
		bpf_task_release(p);
	return 0;
}
#define CONTEXT(name, sec) \
	ASM_IN(sec, name, "call bpf_cast_to_kern_ctx; r1 = *(u64 *)(r0 + 0);" RET0)
CONTEXT(context_tc, "tc")
CONTEXT(context_xdp, "xdp")
CONTEXT(context_socket, "socket")
CONTEXT(context_raw_tp, "raw_tp")
CONTEXT(context_syscall, "syscall")
ASM_IN("tc", context_of_stack, "r1 = r10; call bpf_cast_to_kern_ctx;" RET0)
ASM_IN("tc", context_moved, "r1 += 8; call bpf_cast_to_kern_ctx;" RET0)

#define FLAG(off) "r1 = r10; r1 += " #off ";"
#define SAVE(off) FLAG(off) "call bpf_local_irq_save;"
#define RESTORE(off) FLAG(off) "call bpf_local_irq_restore;"
ASM_IN("raw_tp", irq, SAVE(-8) RESTORE(-8) RET0)
ASM_IN("raw_tp", irq_nested, SAVE(-8) SAVE(-16) RESTORE(-16) RESTORE(-8) RET0)
ASM_IN("raw_tp", irq_out_of_order, SAVE(-8) SAVE(-16) RESTORE(-8) RET0)
ASM_IN("raw_tp", irq_lost, SAVE(-8) RET0)
ASM_IN("raw_tp", irq_twice, SAVE(-8) SAVE(-8) RET0)
ASM_IN("raw_tp", irq_never_saved, RESTORE(-8) RET0)
ASM_IN("raw_tp", irq_overwritten, SAVE(-8) "r1 = 5; *(u64 *)(r10 - 8) = r1;" RESTORE(-8) RET0)
ASM_IN("raw_tp", irq_read, SAVE(-8) "r1 = *(u64 *)(r10 - 8);" RESTORE(-8) RET0)
ASM_IN("raw_tp", irq_beside, SAVE(-12) RET0)
ASM_IN("raw_tp", irq_in_context, "call bpf_local_irq_save;" RET0)
ASM_IN("raw_tp", irq_two_ways, RANDOM "if r0 == 0 goto 1f;" SAVE(-8) "goto 2f; 1:" SAVE(-8) "2:" RESTORE(-8) RET0)
ASM_IN("raw_tp", irq_one_way, RANDOM "if r0 == 0 goto 1f;" SAVE(-8) "1:" RESTORE(-8) RET0)

SEC("raw_tp") int preemption(void *ctx)
{
	bpf_preempt_disable();
	bpf_preempt_disable();
	seen++;
	bpf_preempt_enable();
	bpf_preempt_enable();
	return 0;
}
SEC("raw_tp") int preemption_unbalanced(void *ctx)
{
	bpf_preempt_enable();
	return 0;
}
SEC("syscall") int mask(void *ctx)
{
	struct bpf_cpumask *m = bpf_cpumask_create();

	if (!m)
		return 0;
	bpf_cpumask_set_cpu(1, m);
	seen = bpf_cpumask_first((void *)m);
	bpf_cpumask_release(m);
	return 0;
}
SEC("syscall") int mask_lost(void *ctx)
{
	return bpf_cpumask_create() ? 1 : 0;
}
SEC("syscall") int mask_filled(void *ctx)
{
	struct bpf_cpumask *m = bpf_cpumask_create();
	__u64 bits = 5;

	if (!m)
		return 0;
	bpf_cpumask_populate((void *)m, &bits, sizeof bits);
	bpf_cpumask_release(m);
	return 0;
}
SEC("syscall") int mask_filled_beyond(void *ctx)
{
	struct bpf_cpumask *m = bpf_cpumask_create();
	__u64 bits = 5;

	if (!m)
		return 0;
	bpf_cpumask_populate((void *)m, &bits, 2 * sizeof bits);
	bpf_cpumask_release(m);
	return 0;
}
SEC("tp_btf/task_newtask") int mask_of_task(void *ctx)
{
	seen = bpf_cpumask_first(&G(bpf_get_current_task_btf())->cpus_mask);
	seen += bpf_cpumask_first(G(bpf_get_current_task_btf())->cpus_ptr);
	return 0;
}
SEC("tp_btf/task_newtask") int mask_of_task_changed(void *ctx)
{
	bpf_cpumask_set_cpu(1, (void *)&G(bpf_get_current_task_btf())->cpus_mask);
	return 0;
}
SEC("raw_tp") int mask_not_allowed(void *ctx)
{
	seen = bpf_cpumask_first(&G(bpf_get_current_task_btf())->cpus_mask);
	return 0;
}
SEC("raw_tp") int strings(void *ctx)
{
	seen = bpf_strcmp((char *)seen, (char *)ctx);
	return 0;
}
SEC("iter/bpf_map") int elements(struct { struct bpf_iter_meta *meta; struct bpf_map *map; } *ctx)
{
	if (ctx->map)
		seen = bpf_map_sum_elem_count(ctx->map);
	return 0;
}
SEC("iter/bpf_map") int elements_unchecked(struct { struct bpf_iter_meta *meta; struct bpf_map *map; } *ctx)
{
	seen = bpf_map_sum_elem_count(ctx->map);
	return 0;
}
SEC("syscall") int lsm_only(void *ctx)
{
	return bpf_get_task_exe_file(bpf_get_current_task_btf()) ? 1 : 0;
}
SEC("raw_tp") int slab(void *ctx)
{
	struct kmem_cache *s = bpf_get_kmem_cache(seen);

	if (s)
		seen = s->size;
	return 0;
}
ASM_IN("tc", task_from_a_pointer, "call bpf_task_from_pid;" RET0)
ASM_IN("tc", acquire_the_context, "call bpf_task_acquire;" RET0)
ASM_IN("tc", acquire_the_stack, "r1 = r10; r1 += -8; call bpf_task_acquire;" RET0)
ASM_IN("tc", under_a_task, CURRENT "r1 = r0; r2 = r0; call bpf_task_under_cgroup;" RET0)
void roots(void)
{
	unsigned long flags;

	bpf_rdonly_cast(0, 0);
	bpf_cast_to_kern_ctx(0);
	bpf_local_irq_save(&flags);
	bpf_local_irq_restore(&flags);
	bpf_task_from_pid(0);
	bpf_task_acquire(0);
	bpf_task_under_cgroup(0, 0);
}
