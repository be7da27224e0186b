// SPDX-License-Identifier: GPL-2.0-only
// Iterators over memory areas, slab caches and DMA buffers.
#include "../kernel.bpf.h"
LICENSE;

__u64 found;

#define AREAS(name, sec, before, task, body, after)                           \
	SEC(sec) int name(void *ctx)                                          \
	{                                                                     \
		struct bpf_iter_task_vma it;                                  \
		struct vm_area_struct *vma;                                   \
		__u64 n = 0;                                                  \
                                                                              \
		before;                                                       \
		bpf_iter_task_vma_new(&it, task, 0);                          \
		while ((vma = bpf_iter_task_vma_next(&it))) {                 \
			body;                                                 \
		}                                                             \
		bpf_iter_task_vma_destroy(&it);                               \
		after;                                                        \
		found = n;                                                    \
		return 0;                                                     \
	}
AREAS(areas, "raw_tp", , bpf_get_current_task_btf(), n += vma->vm_end - vma->vm_start, )
AREAS(areas_sleepable, "syscall", , bpf_get_current_task_btf(), n += vma->vm_pgoff, )
AREAS(areas_files, "raw_tp", , bpf_get_current_task_btf(), if (vma->vm_file) n += vma->vm_file->f_inode->i_ino, )
AREAS(areas_memory, "raw_tp", , bpf_get_current_task_btf(), n += vma->vm_mm->start_stack, )
AREAS(areas_of_null, "raw_tp", , 0, n++, )
AREAS(areas_of_parent, "raw_tp", , (void *)G(bpf_get_current_task_btf())->real_parent, n++, )
AREAS(areas_of_parent_sleepable, "syscall", , (void *)G(bpf_get_current_task_btf())->real_parent, n++, )
AREAS(areas_of_parent_locked, "syscall", bpf_rcu_read_lock(), (void *)G(bpf_get_current_task_btf())->real_parent, n++, bpf_rcu_read_unlock())
AREAS(areas_of_untrusted, "raw_tp", , (void *)G(bpf_get_current_task_btf())->parent, n++, )
AREAS(areas_of_memory, "raw_tp", , (void *)G(bpf_get_current_task_btf())->mm, n++, )
AREAS(areas_written, "raw_tp", , bpf_get_current_task_btf(), vma->vm_start = 0, )
AREAS(areas_too_far, "raw_tp", , bpf_get_current_task_btf(), n += *(__u64 *)((char *)vma + 4096), )

SEC("tc") int areas_of_found(void *ctx)
{
	struct bpf_iter_task_vma it;
	struct task_struct *p = bpf_task_from_pid(1);

	if (!p)
		return 0;
	bpf_iter_task_vma_new(&it, p, 0);
	bpf_task_release(p);
	while (bpf_iter_task_vma_next(&it))
		found++;
	bpf_iter_task_vma_destroy(&it);
	return 0;
}

#define CACHES(name, sec, before, body, after)                                \
	SEC(sec) int name(void *ctx)                                          \
	{                                                                     \
		struct bpf_iter_kmem_cache it;                                \
		struct kmem_cache *s;                                         \
		__u64 n = 0;                                                  \
                                                                              \
		before;                                                       \
		bpf_iter_kmem_cache_new(&it);                                 \
		while ((s = bpf_iter_kmem_cache_next(&it))) {                 \
			body;                                                 \
		}                                                             \
		bpf_iter_kmem_cache_destroy(&it);                             \
		after;                                                        \
		found = n;                                                    \
		return 0;                                                     \
	}
CACHES(caches, "syscall", , n += s->size, )
CACHES(caches_iter, "iter.s/task", , n += s->object_size, )
CACHES(caches_not_sleepable, "raw_tp", , n += s->size, )
CACHES(caches_not_sleepable_iter, "iter/task", , n += s->size, )
CACHES(caches_locked, "syscall", bpf_rcu_read_lock(), n += s->size, bpf_rcu_read_unlock())
CACHES(caches_no_preemption, "syscall", bpf_preempt_disable(), n += s->size, bpf_preempt_enable())
CACHES(caches_names, "syscall", , n += s->name[0], )
CACHES(caches_lists, "syscall", , n += (__u64)s->list.next, )

#define BUFFERS(name, sec, body)                                              \
	SEC(sec) int name(void *ctx)                                          \
	{                                                                     \
		struct bpf_iter_dmabuf it;                                    \
		struct dma_buf *b;                                            \
		__u64 n = 0;                                                  \
                                                                              \
		bpf_iter_dmabuf_new(&it);                                     \
		while ((b = bpf_iter_dmabuf_next(&it))) {                     \
			body;                                                 \
		}                                                             \
		bpf_iter_dmabuf_destroy(&it);                                 \
		found = n;                                                    \
		return 0;                                                     \
	}
BUFFERS(buffers, "syscall", n += b->size)
BUFFERS(buffers_files, "syscall", n += b->file->f_inode->i_ino)
BUFFERS(buffers_locked_files, "syscall", bpf_rcu_read_lock(); n += b->file->f_flags; bpf_rcu_read_unlock())
BUFFERS(buffers_not_sleepable, "tc", n += b->size)

SEC("syscall") int all_at_once(void *ctx)
{
	struct bpf_iter_kmem_cache caches;
	struct bpf_iter_dmabuf buffers;
	struct bpf_iter_task_vma areas;
	struct bpf_iter_num num;

	bpf_iter_kmem_cache_new(&caches);
	bpf_iter_dmabuf_new(&buffers);
	bpf_iter_task_vma_new(&areas, bpf_get_current_task_btf(), 0);
	bpf_iter_num_new(&num, 0, 10);
	while (bpf_iter_num_next(&num)) {
		struct kmem_cache *s = bpf_iter_kmem_cache_next(&caches);
		struct dma_buf *b = bpf_iter_dmabuf_next(&buffers);

		if (s && b)
			found += s->size + b->size;
		if (!bpf_iter_task_vma_next(&areas))
			break;
	}
	bpf_iter_num_destroy(&num);
	bpf_iter_task_vma_destroy(&areas);
	bpf_iter_dmabuf_destroy(&buffers);
	bpf_iter_kmem_cache_destroy(&caches);
	return 0;
}
#define IT "r1 = r10; r1 += -8;"
ASM_IN("syscall", cache_as_buffer, IT "call bpf_iter_kmem_cache_new;" IT "call bpf_iter_dmabuf_next;" RET0)
ASM_IN("syscall", cache_twice, IT "call bpf_iter_kmem_cache_new;" IT "call bpf_iter_kmem_cache_new;" RET0)
ASM_IN("syscall", cache_lost, IT "call bpf_iter_kmem_cache_new;" RET0)
ASM_IN("syscall", cache_read_unchecked, IT "call bpf_iter_kmem_cache_new;" IT "call bpf_iter_kmem_cache_next; r1 = *(u32 *)(r0 + 0);" RET0)
ASM_IN("syscall", buffer_in_irq, "r1 = r10; r1 += -16; call bpf_local_irq_save;" IT "call bpf_iter_dmabuf_new;" RET0)
void roots(void)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
}
