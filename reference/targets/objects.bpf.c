// SPDX-License-Identifier: GPL-2.0-only
// What iterator programs reach from their objects: pointers that are followed, kept, handed on, and those that nothing vouches for.
#include "../kernel.bpf.h"
LICENSE;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct bpf_map___g { unsigned int id; char name[16]; unsigned int max_entries; struct bpf_map___g *inner_map_meta; };
struct btf { unsigned int id; };
struct bpf_prog_aux { unsigned int id; char name[16]; struct btf *btf; struct bpf_prog_aux *main_prog_aux; };
struct bpf_prog { unsigned int len; struct bpf_prog_aux *aux; };
struct bpf_link { unsigned int id; struct bpf_prog *prog; };
struct kallsym_iter { unsigned long value; char type; char name[512]; };
struct net { unsigned int hash_mix; };
struct possible_net { struct net *net; };
struct sock_common { unsigned short skc_family; volatile unsigned char skc_state; struct possible_net skc_net; };
struct file_operations { void *owner; };
struct socket { short type; struct file *file; struct sock *sk; };
struct sock { struct sock_common __sk_common; int sk_rcvbuf; struct socket *sk_socket; struct mem_cgroup *sk_memcg; };
struct inet_sock { struct sock sk; unsigned short inet_sport; };
struct udp_sock { struct inet_sock inet; int pending; };
struct unix_address { int len; };
struct unix_sock { struct sock sk; struct unix_address *addr; struct sock *peer; };
struct netlink_sock { struct sock sk; unsigned int portid; };
struct net_device { int ifindex; };
struct fib6_info { struct fib6_table *fib6_table; struct fib6_info *fib6_next; unsigned int fib6_metric; };
struct fib6_table { unsigned int tb6_id; };
#pragma clang attribute pop

__u64 seen;
#define ITER(t, name, ...) SEC("iter/" #t) int t##_##name(__u64 *ctx) { __VA_ARGS__; return 0; }
#define ITER_S(t, name, ...) SEC("iter.s/" #t) int t##_##name##_sleepable(__u64 *ctx) { __VA_ARGS__; return 0; }
#define BOTH(t, name, ...) ITER(t, name, __VA_ARGS__) ITER_S(t, name, __VA_ARGS__)
#define THE(type, v, n) type *v = (void *)ctx[n]; if (!v) return 0

BOTH(task, parent, THE(struct task_struct___g, p, 1); seen = p->real_parent->tgid)
BOTH(task, leader_kept, THE(struct task_struct___g, p, 1); struct task_struct *q = bpf_task_acquire((void *)p->group_leader); if (q) bpf_task_release(q))
BOTH(task, parent_kept, THE(struct task_struct___g, p, 1); struct task_struct *q = bpf_task_acquire((void *)p->real_parent); if (q) bpf_task_release(q))
BOTH(task, self_kept, THE(struct task_struct, p, 1); p = bpf_task_acquire(p); if (p) bpf_task_release(p))
BOTH(task, group, THE(struct task_struct___g, p, 1); struct cgroup *c = bpf_cgroup_acquire(p->cgroups->dfl_cgrp); if (c) bpf_cgroup_release(c))
ITER(task, self_leaks, THE(struct task_struct, p, 1); p = bpf_task_acquire(p))
ITER(task, self_released, THE(struct task_struct, p, 1); bpf_task_release(p))
BOTH(task, exe, THE(struct task_struct___g, p, 1); if (p->mm) seen = (__u64)p->mm->exe_file)
ITER(task, exe_inode, THE(struct task_struct___g, p, 1); struct mm_struct *mm = p->mm; if (!mm) return 0; struct file *f = mm->exe_file; if (f) seen = f->f_inode->i_ino)
ITER(task, exe_inode_unchecked, THE(struct task_struct___g, p, 1); seen = p->mm->exe_file->f_inode->i_ino)
ITER(task, comm, THE(struct task_struct___g, p, 1); seen = p->comm[0] + p->comm[15])
ITER(task, mask, THE(struct task_struct___g, p, 1); seen = p->cpus_ptr->bits[0])
ITER(task, in_map, THE(struct task_struct___g, p, 1); seen = (__u64)p)
BOTH(task_file, inode, THE(struct file, f, 3); seen = f->f_inode->i_ino + f->f_flags)
BOTH(task_file, dentry, THE(struct file, f, 3); struct dentry *d = f->f_path.dentry; seen = d->d_inode->i_ino)
ITER(task_file, both, THE(struct task_struct___g, p, 1); THE(struct file, f, 3); seen = p->tgid + (__u32)ctx[2])
ITER(task_file, wrong_check, THE(struct task_struct___g, p, 1); struct file *f = (void *)ctx[3]; seen = f->f_flags)
ITER(task_file, task_kept, THE(struct task_struct, p, 1); p = bpf_task_acquire(p); if (p) bpf_task_release(p))
BOTH(task_vma, range, THE(struct vm_area_struct, v, 2); seen = v->vm_end - v->vm_start)
BOTH(task_vma, file, THE(struct vm_area_struct, v, 2); struct file *f = v->vm_file; if (f) seen = f->f_inode->i_ino)
ITER(task_vma, file_unchecked, THE(struct vm_area_struct, v, 2); seen = v->vm_file->f_inode->i_ino)
ITER(task_vma, memory, THE(struct vm_area_struct, v, 2); seen = v->vm_mm->map_count)
ITER(task_vma, other, THE(struct vm_area_struct, v, 2); struct task_struct___g *p = (void *)ctx[1]; seen = p->pid)
BOTH(bpf_map, id, THE(struct bpf_map___g, m, 1); seen = m->id + m->name[1] + m->max_entries)
ITER(bpf_map, inner, THE(struct bpf_map___g, m, 1); seen = m->inner_map_meta->id)
ITER(bpf_map, inner_checked, THE(struct bpf_map___g, m, 1); if (m->inner_map_meta) seen = m->inner_map_meta->id)
extern __s64 bpf_map_sum_elem_count(const struct bpf_map *map) __ksym __weak;
BOTH(bpf_map, count, THE(struct bpf_map, m, 1); seen = bpf_map_sum_elem_count(m))
ITER(bpf_map, inner_count, THE(struct bpf_map___g, m, 1); seen = bpf_map_sum_elem_count((void *)m->inner_map_meta))
ITER(bpf_map_elem, map_id, THE(struct bpf_map___g, m, 1); seen = m->id)
ITER(bpf_map_elem, copied, THE(__u64, k, 2); THE(__u64, v, 3); v[0] = k[0])
ITER(bpf_map_elem, far, THE(__u64, v, 3); v[100] = 1)
ITER(bpf_map_elem, somewhere, THE(__u64, v, 3); seen = v[bpf_get_prandom_u32() & 3])
ITER(bpf_map_elem, count, THE(struct bpf_map, m, 1); seen = bpf_map_sum_elem_count(m))
BOTH(bpf_prog, id, THE(struct bpf_prog, p, 1); seen = p->aux->id + p->aux->name[0])
ITER(bpf_prog, types, THE(struct bpf_prog, p, 1); seen = p->aux->btf->id)
ITER(bpf_prog, chain, THE(struct bpf_prog, p, 1); seen = p->aux->main_prog_aux->main_prog_aux->id)
BOTH(bpf_link, program, THE(struct bpf_link, l, 1); seen = l->id; if (l->prog) seen += l->prog->aux->id)
ITER(bpf_link, program_unchecked, THE(struct bpf_link, l, 1); seen = l->prog->aux->id)
ITER(bpf_sk_storage_map, socket, THE(struct sock, s, 2); seen = s->sk_rcvbuf + s->__sk_common.skc_family)
ITER(bpf_sk_storage_map, value, THE(__u64, v, 3); *v += 1)
ITER(bpf_sk_storage_map, value_of_null_socket, THE(__u64, v, 3); struct sock *s = (void *)ctx[2]; seen = s->sk_rcvbuf)
ITER(sockmap, socket, THE(struct sock, s, 3); seen = s->__sk_common.skc_state)
ITER(sockmap, key, THE(__u32, k, 2); seen = *k)
ITER(sockmap, key_written, THE(__u32, k, 2); *k = 1)
BOTH(cgroup, parent, THE(struct cgroup, c, 1); seen = c->level + c->kn->id; if (c->self.parent) seen += c->self.parent->id)
BOTH(cgroup, kept, THE(struct cgroup, c, 1); c = bpf_cgroup_acquire(c); if (c) bpf_cgroup_release(c))
BOTH(cgroup, ancestor, THE(struct cgroup, c, 1); c = bpf_cgroup_ancestor(c, 1); if (c) bpf_cgroup_release(c))
BOTH(cgroup, parent_kept, THE(struct cgroup, c, 1); struct cgroup_subsys_state *s = c->self.parent; if (!s) return 0; c = bpf_cgroup_acquire(s->cgroup); if (c) bpf_cgroup_release(c))
extern void css_rstat_flush(struct cgroup_subsys_state *css) __ksym __weak;
extern void css_rstat_updated(struct cgroup_subsys_state *css, int cpu) __ksym __weak;
BOTH(cgroup, flushed, THE(struct cgroup, c, 1); css_rstat_flush(&c->self))
BOTH(cgroup, updated, THE(struct cgroup, c, 1); css_rstat_updated(&c->self, 0))
ITER_S(cgroup, flushed_parent, THE(struct cgroup, c, 1); css_rstat_flush(c->self.parent))
BOTH(cgroup, walked, THE(struct cgroup, c, 1); struct bpf_iter_css it; struct cgroup_subsys_state *s; bpf_rcu_read_lock(); bpf_iter_css_new(&it, &c->self, CSS_PRE); while ((s = bpf_iter_css_next(&it))) seen += s->id; bpf_iter_css_destroy(&it); bpf_rcu_read_unlock())
ITER(cgroup, tasks, THE(struct cgroup, c, 1); struct bpf_iter_css_task it; struct task_struct *p; bpf_iter_css_task_new(&it, &c->self, 0); while ((p = bpf_iter_css_task_next(&it))) seen += p->pid; bpf_iter_css_task_destroy(&it))
BOTH(kmem_cache, size, THE(struct kmem_cache, s, 1); seen = s->size + s->object_size; seen += s->name[0])
ITER(kmem_cache, list, THE(struct kmem_cache, s, 1); seen = (__u64)s->list.next->next)
BOTH(dmabuf, size, THE(struct dma_buf, d, 1); seen = d->size; if (d->file) seen += d->file->f_flags)
ITER(dmabuf, name, THE(struct dma_buf, d, 1); seen = d->name[0])
BOTH(ksym, name, THE(struct kallsym_iter, k, 1); seen = k->value + k->type + k->name[511])
ITER(ksym, name_somewhere, THE(struct kallsym_iter, k, 1); seen = k->name[bpf_get_prandom_u32() & 511])
BOTH(ipv6_route, metric, THE(struct fib6_info, r, 1); seen = r->fib6_metric + r->fib6_table->tb6_id)
ITER(ipv6_route, next, THE(struct fib6_info, r, 1); seen = r->fib6_next->fib6_metric)
BOTH(netlink, port, THE(struct netlink_sock, s, 1); seen = s->portid + s->sk.sk_rcvbuf)
ITER(netlink, file, THE(struct netlink_sock, s, 1); seen = s->sk.sk_socket->file->f_flags)
BOTH(tcp, family, THE(struct sock_common, s, 1); seen = s->skc_family + s->skc_state + (__u32)ctx[2])
ITER(tcp, net, THE(struct sock_common, s, 1); seen = s->skc_net.net->hash_mix)
ITER(tcp, taken_for_more, THE(struct sock, s, 1); seen = s->sk_rcvbuf)
extern int bpf_sock_destroy(struct sock_common *sock) __ksym __weak;
BOTH(tcp, destroyed, THE(struct sock_common, s, 1); seen = bpf_sock_destroy(s))
ITER(tcp, destroyed_unchecked, seen = bpf_sock_destroy((void *)ctx[1]))
ITER(udp, destroyed, THE(struct sock_common, s, 1); seen = bpf_sock_destroy(s))
ITER(unix, destroyed, THE(struct sock_common, s, 1); seen = bpf_sock_destroy(s))
BOTH(udp, port, THE(struct udp_sock, u, 1); seen = u->inet.inet_sport + (int)ctx[3])
ITER(udp, socket, THE(struct udp_sock, u, 1); seen = u->inet.sk.sk_socket->type)
BOTH(unix, peer, THE(struct unix_sock, u, 1); if (u->peer) seen = u->peer->sk_rcvbuf; if (u->addr) seen += u->addr->len)
ITER(unix, peer_unchecked, THE(struct unix_sock, u, 1); seen = u->peer->sk_rcvbuf)
