// SPDX-License-Identifier: GPL-2.0-only
// Arguments of tracepoints and of iterator programs, and what such programs may return.
#include "../kernel.bpf.h"
LICENSE;

__u64 seen;
#define ARG(n) "r2 = *(u64 *)(r1 + 8 * " #n ");"

SEC("tp_btf/task_newtask") int new_task(__u64 *ctx)
{
	seen = ((struct task_struct___g *)ctx[0])->pid + ctx[1];
	return 0;
}
SEC("tp_btf/task_newtask") int new_task_any_result(__u64 *ctx)
{
	return 7;
}
SEC("tp_btf/sched_switch") int switched(__u64 *ctx)
{
	seen = ((struct task_struct___g *)ctx[1])->real_parent->pid + ((struct task_struct___g *)ctx[2])->pid;
	return 0;
}
SEC("tp_btf/task_newtask") int new_task_acquired(__u64 *ctx)
{
	struct task_struct *p = bpf_task_acquire((void *)ctx[0]);

	if (p)
		bpf_task_release(p);
	return 0;
}
ASM_IN("tp_btf/task_newtask", one_too_many, ARG(2) RET0)
ASM_IN("tp_btf/task_newtask", far_too_many, ARG(11) RET0)
ASM_IN("tp_btf/task_newtask", beyond_all, ARG(12) RET0)
ASM_IN("tp_btf/task_newtask", half_a_pointer, "r2 = *(u32 *)(r1 + 0);" RET0)
ASM_IN("tp_btf/task_newtask", half_a_number, "r2 = *(u32 *)(r1 + 8);" RET0)
ASM_IN("tp_btf/task_newtask", other_half, "r2 = *(u32 *)(r1 + 4);" RET0)
ASM_IN("tp_btf/task_newtask", misaligned, "r2 = *(u64 *)(r1 + 4);" RET0)
ASM_IN("tp_btf/task_newtask", written, "*(u64 *)(r1 + 0) = r1;" RET0)
ASM_IN("tp_btf/kfree_skb", maybe_null, ARG(3) "r3 = *(u64 *)(r2 + 0);" RET0)
ASM_IN("tp_btf/kfree_skb", maybe_null_checked, ARG(3) "if r2 == 0 goto 1f; r3 = *(u32 *)(r2 + 0); 1:" RET0)
ASM_IN("tp_btf/kfree_skb", never_null, ARG(0) "if r2 == 0 goto 1f; r3 = *(u32 *)(r2 + 112);" RET0 "1: r0 = *(u64 *)(r0 + 0); exit;")
ASM_IN("tp_btf/initcall_start", function_pointer, ARG(0) RET0)
ASM_IN("tp_btf/sys_enter", registers, ARG(0) "r3 = *(u64 *)(r2 + 8);" RET0)
ASM_IN("tp_btf/sys_enter", registers_written, ARG(0) "*(u64 *)(r2 + 8) = r1;" RET0)

#define ITER(name, sec, body) SEC(sec) int name(__u64 *ctx) { body; return 0; }
ITER(task, "iter/task", struct task_struct___g *p = (void *)ctx[1]; if (p) seen = p->pid)
ITER(task_unchecked, "iter/task", struct task_struct___g *p = (void *)ctx[1]; seen = p->pid)
ITER(task_parent, "iter/task", struct task_struct___g *p = (void *)ctx[1]; if (p) seen = p->real_parent->pid)
ITER(task_parent_sleepable, "iter.s/task", struct task_struct___g *p = (void *)ctx[1]; if (p) seen = p->real_parent->pid)
ITER(task_acquired, "iter/task", struct task_struct *p = (void *)ctx[1]; if (p) { p = bpf_task_acquire(p); if (p) bpf_task_release(p); })
ITER(task_file, "iter/task_file", struct file *f = (void *)ctx[3]; if (f) seen = f->f_inode->i_ino + ctx[2])
ITER(task_file_acquired, "iter/task_file", struct task_struct *p = (void *)ctx[1]; if (p) { p = bpf_task_acquire(p); if (p) bpf_task_release(p); })
ITER(task_vma, "iter/task_vma", struct vm_area_struct *v = (void *)ctx[2]; if (v) seen = v->vm_end)
ITER(cgroups, "iter/cgroup", struct cgroup *c = (void *)ctx[1]; if (c) seen = c->level)
ITER(cgroups_acquired, "iter.s/cgroup", struct cgroup *c = (void *)ctx[1]; if (c) { c = bpf_cgroup_acquire(c); if (c) bpf_cgroup_release(c); })
ITER(caches, "iter/kmem_cache", struct kmem_cache *s = (void *)ctx[1]; if (s) seen = s->size)
ITER(buffers, "iter.s/dmabuf", struct dma_buf *b = (void *)ctx[1]; if (b) seen = b->size)
ITER(map_element, "iter/bpf_map_elem", __u32 *k = (void *)ctx[2]; __u64 *v = (void *)ctx[3]; if (k && v) *v += *k)
ITER(map_key_written, "iter/bpf_map_elem", __u32 *k = (void *)ctx[2]; if (k) *k = 1)
ITER(map_key_unchecked, "iter/bpf_map_elem", __u32 *k = (void *)ctx[2]; seen = *k)
ITER(map_value_before, "iter/bpf_map_elem", __u64 *v = (void *)ctx[3]; if (v) seen = *(volatile __u64 *)(v - 1))
ITER(sequence, "iter/task", seen = ((struct bpf_iter_meta *)ctx[0])->seq_num)
ITER(tcp, "iter/tcp", __u16 *s = (void *)ctx[1]; if (s) seen = s[4])
ITER(no_third, "iter/task", seen = ctx[2])
ITER(third_is_a_number, "iter/task_file", seen = *(volatile __u32 *)&ctx[2])
ASM_IN("iter/task", returns_two, "r0 = 2; exit;")
ASM_IN("iter/task", returns_anything, RANDOM "exit;")
ASM_IN("iter/task", returns_a_bit, RANDOM "r0 &= 1; exit;")
ASM_IN("iter/task", returns_context, "r0 = r1; exit;")
#define SEQ "r6 = r1; r2 = *(u64 *)(r6 + 0); r1 = *(u64 *)(r2 + 0);"
#define WORD "*(u64 *)(r10 - 8) = 0; r2 = r10; r2 += -8; r3 = 8;"
ASM_IN("iter/task", bytes_written, SEQ WORD "call 127;" RET0)
ASM_IN("iter/task", bytes_to_the_task, "r1 = *(u64 *)(r1 + 8); if r1 == 0 goto 1f;" WORD "call 127; 1:" RET0)
ASM_IN("iter/task", bytes_to_the_middle, SEQ "r1 += 8;" WORD "call 127;" RET0)
ASM_IN("iter/task", bytes_to_before, SEQ "r1 += -8;" WORD "call 127;" RET0)
ASM_IN("iter/task", bytes_of_the_task, SEQ "r2 = *(u64 *)(r6 + 8); if r2 == 0 goto 1f; r3 = 8; call 127; 1:" RET0)
ASM_IN("iter/task", bytes_of_maybe_task, SEQ "r2 = *(u64 *)(r6 + 8); r3 = 8; call 127;" RET0)
ASM_IN("iter/bpf_map_elem", bytes_of_key, SEQ "r2 = *(u64 *)(r6 + 16); if r2 == 0 goto 1f; r3 = 4; call 127; 1:" RET0)
ASM_IN("iter/udp", options_of_no_socket, "call 49;" RET0)
ASM_IN("tp_btf/sys_enter", bytes_of_no_file, WORD "call 127;" RET0)
ASM_IN("iter/task", structure_written, SEQ "*(u64 *)(r10 - 16) = 0; *(u64 *)(r10 - 8) = 0; r2 = r10; r2 += -16; r3 = 16; r4 = 0; call 150;" RET0)
ASM_IN("iter/task", stack_of_the_task, "r1 = *(u64 *)(r1 + 8); if r1 == 0 goto 1f; r2 = r10; r2 += -64; r3 = 64; r4 = 0; call 141; 1:" RET0)
ASM_IN("iter/task", stack_of_maybe_task, "r1 = *(u64 *)(r1 + 8); r2 = r10; r2 += -64; r3 = 64; r4 = 0; call 141;" RET0)
ASM_IN("raw_tp", registers_of_the_task, CURRENT "r1 = r0; call 175; r1 = *(u64 *)(r0 + 8); *(u64 *)(r0 + 8) = r1;" RET0)
