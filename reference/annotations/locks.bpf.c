// SPDX-License-Identifier: GPL-2.0-only
// __irq_flag, and locks that may fail: taken, given back, nested, in the order that they ask for.
#include "objects.bpf.h"

struct bpf_res_spin_lock { __u32 val; };
extern int bpf_res_spin_lock(struct bpf_res_spin_lock *lock) __ksym __weak;
extern void bpf_res_spin_unlock(struct bpf_res_spin_lock *lock) __ksym __weak;
extern int bpf_res_spin_lock_irqsave(struct bpf_res_spin_lock *lock, unsigned long *flags__irq_flag) __ksym __weak;
extern void bpf_res_spin_unlock_irqrestore(struct bpf_res_spin_lock *lock, unsigned long *flags__irq_flag) __ksym __weak;

struct guarded { __u64 n; struct bpf_res_spin_lock lock; };
struct inner { __u64 n; struct bpf_res_spin_lock lock; };
MAP(guards, BPF_MAP_TYPE_ARRAY, guarded);
MAP(hashed, BPF_MAP_TYPE_HASH, guarded);
MAP(plain, BPF_MAP_TYPE_ARRAY, locked);
struct inner *_inner;
#define GUARD(v, map, k) int v##_k = k; struct guarded *v = bpf_map_lookup_elem(&map, &v##_k); if (!v) return 0
#define ONE GUARD(g, guards, 0)
#define TWO GUARD(g, guards, 0); GUARD(h, hashed, 1)

TC(taken, ONE; if (bpf_res_spin_lock(&g->lock)) return 0; g->n++; bpf_res_spin_unlock(&g->lock))
TC(taken_unchecked, ONE; bpf_res_spin_lock(&g->lock); g->n++; bpf_res_spin_unlock(&g->lock))
TC(kept, ONE; if (bpf_res_spin_lock(&g->lock)) return 0; g->n++)
TC(given_back_twice, ONE; if (bpf_res_spin_lock(&g->lock)) return 0; bpf_res_spin_unlock(&g->lock); bpf_res_spin_unlock(&g->lock))
TC(never_taken, ONE; bpf_res_spin_unlock(&g->lock))
TC(taken_again, ONE; if (bpf_res_spin_lock(&g->lock)) return 0; if (!bpf_res_spin_lock(&g->lock)) bpf_res_spin_unlock(&g->lock); bpf_res_spin_unlock(&g->lock))
TC(two, TWO; if (bpf_res_spin_lock(&g->lock)) return 0; if (bpf_res_spin_lock(&h->lock)) { bpf_res_spin_unlock(&g->lock); return 0; } h->n++; bpf_res_spin_unlock(&h->lock); bpf_res_spin_unlock(&g->lock))
TC(two_out_of_order, TWO; if (bpf_res_spin_lock(&g->lock)) return 0; if (bpf_res_spin_lock(&h->lock)) { bpf_res_spin_unlock(&g->lock); return 0; } bpf_res_spin_unlock(&g->lock); bpf_res_spin_unlock(&h->lock))
TC(two_forgotten, TWO; if (bpf_res_spin_lock(&g->lock)) return 0; if (bpf_res_spin_lock(&h->lock)) return 0; bpf_res_spin_unlock(&h->lock); bpf_res_spin_unlock(&g->lock))
TC(two_of_one_map, GUARD(g, guards, 0); GUARD(h, guards, 1); if (bpf_res_spin_lock(&g->lock)) return 0; if (bpf_res_spin_lock(&h->lock)) { bpf_res_spin_unlock(&g->lock); return 0; } bpf_res_spin_unlock(&h->lock); bpf_res_spin_unlock(&g->lock))
TC(other_given_back, TWO; if (bpf_res_spin_lock(&g->lock)) return 0; bpf_res_spin_unlock(&h->lock))
TC(result_used, ONE; int r = bpf_res_spin_lock(&g->lock); if (r) return r < 0 ? 0 : 7; bpf_res_spin_unlock(&g->lock))
TC(result_sign, ONE; int r = bpf_res_spin_lock(&g->lock); if (r < 0) return 0; bpf_res_spin_unlock(&g->lock))
TC(result_range, ONE; int r = bpf_res_spin_lock(&g->lock); if (r == 0) { bpf_res_spin_unlock(&g->lock); return 0; } if (r < -4095) ((__u64 *)g)[9] = 1)
TC(interrupts, unsigned long f; ONE; if (bpf_res_spin_lock_irqsave(&g->lock, &f)) return 0; g->n++; bpf_res_spin_unlock_irqrestore(&g->lock, &f))
TC(interrupts_kept, unsigned long f; ONE; if (bpf_res_spin_lock_irqsave(&g->lock, &f)) return 0; g->n++)
TC(interrupts_twice, unsigned long f, f2; TWO; if (bpf_res_spin_lock_irqsave(&g->lock, &f)) return 0; if (!bpf_res_spin_lock_irqsave(&h->lock, &f2)) bpf_res_spin_unlock_irqrestore(&h->lock, &f2); bpf_res_spin_unlock_irqrestore(&g->lock, &f))
TC(interrupts_mixed_up, unsigned long f, f2; TWO; if (bpf_res_spin_lock_irqsave(&g->lock, &f)) return 0; if (!bpf_res_spin_lock_irqsave(&h->lock, &f2)) bpf_res_spin_unlock_irqrestore(&h->lock, &f); bpf_res_spin_unlock_irqrestore(&g->lock, &f2))
TC(interrupts_forgotten, unsigned long f; ONE; if (bpf_res_spin_lock_irqsave(&g->lock, &f)) return 0; bpf_res_spin_unlock(&g->lock))
TC(interrupts_never_saved, unsigned long f; ONE; if (bpf_res_spin_lock(&g->lock)) return 0; bpf_res_spin_unlock_irqrestore(&g->lock, &f))
TC(interrupts_restored_alone, unsigned long f; ONE; if (bpf_res_spin_lock_irqsave(&g->lock, &f)) return 0; bpf_local_irq_restore(&f); bpf_res_spin_unlock(&g->lock))
TC(interrupts_saved_alone, unsigned long f; ONE; bpf_local_irq_save(&f); if (!bpf_res_spin_lock(&g->lock)) bpf_res_spin_unlock(&g->lock); bpf_local_irq_restore(&f))
TC(interrupts_saved_alone_restored_by_lock, unsigned long f, f2; ONE; bpf_local_irq_save(&f); if (!bpf_res_spin_lock_irqsave(&g->lock, &f2)) { bpf_res_spin_unlock_irqrestore(&g->lock, &f); } bpf_local_irq_restore(&f))
TC(interrupts_flag_elsewhere, ONE; if (bpf_res_spin_lock_irqsave(&g->lock, (unsigned long *)&g->n)) return 0; bpf_res_spin_unlock_irqrestore(&g->lock, (unsigned long *)&g->n))
TC(flag_read, unsigned long f; ONE; if (bpf_res_spin_lock_irqsave(&g->lock, &f)) return 0; seen = *(volatile unsigned long *)&f; bpf_res_spin_unlock_irqrestore(&g->lock, &f))
TC(flag_written, unsigned long f; ONE; if (bpf_res_spin_lock_irqsave(&g->lock, &f)) return 0; *(volatile unsigned long *)&f = 1; bpf_res_spin_unlock_irqrestore(&g->lock, &f))
TC(flag_in_function, unsigned long f; bpf_local_irq_save(&f); seen++; bpf_local_irq_restore(&f))
static __noinl int saves(unsigned long *f) { bpf_local_irq_save(f); return 0; }
static __noinl int restores(unsigned long *f) { bpf_local_irq_restore(f); return 0; }
TC(flag_saved_in_function, unsigned long f; saves(&f); restores(&f))
TC(flag_left_by_function, unsigned long f; saves(&f))
TC(plain_inside, ONE; int k = 0; struct locked *l = bpf_map_lookup_elem(&plain, &k); if (!l) return 0; if (bpf_res_spin_lock(&g->lock)) return 0; bpf_spin_lock(&l->lock); bpf_spin_unlock(&l->lock); bpf_res_spin_unlock(&g->lock))
TC(inside_plain, ONE; int k = 0; struct locked *l = bpf_map_lookup_elem(&plain, &k); if (!l) return 0; bpf_spin_lock(&l->lock); if (!bpf_res_spin_lock(&g->lock)) bpf_res_spin_unlock(&g->lock); bpf_spin_unlock(&l->lock))
TC(inside_plain_out_of_order, ONE; int k = 0; struct locked *l = bpf_map_lookup_elem(&plain, &k); if (!l) return 0; bpf_spin_lock(&l->lock); if (!bpf_res_spin_lock(&g->lock)) { bpf_spin_unlock(&l->lock); bpf_res_spin_unlock(&g->lock); } else bpf_spin_unlock(&l->lock))
TC(plain_taken_as_resilient, int k = 0; struct locked *l = bpf_map_lookup_elem(&plain, &k); if (!l) return 0; if (!bpf_res_spin_lock((void *)&l->lock)) bpf_res_spin_unlock((void *)&l->lock))
TC(resilient_taken_as_plain, ONE; bpf_spin_lock((void *)&g->lock); bpf_spin_unlock((void *)&g->lock))
TC(at_wrong_place, ONE; if (!bpf_res_spin_lock((void *)&g->n)) bpf_res_spin_unlock((void *)&g->n))
TC(at_no_place, if (!bpf_res_spin_lock(0)) bpf_res_spin_unlock(0))
TC(on_stack, struct bpf_res_spin_lock s = {}; if (!bpf_res_spin_lock(&s)) bpf_res_spin_unlock(&s))
TC(somewhere, ONE; if (!bpf_res_spin_lock((void *)g + (bpf_get_prandom_u32() & 8))) seen = 1)
TC(unchecked_value, int k = 0; struct guarded *g = bpf_map_lookup_elem(&hashed, &k); if (!bpf_res_spin_lock(&g->lock)) bpf_res_spin_unlock(&g->lock))
TC(calls_inside, ONE; if (bpf_res_spin_lock(&g->lock)) return 0; seen = bpf_get_prandom_u32(); bpf_res_spin_unlock(&g->lock))
static __noinl int adds(struct guarded *g) { return g->n += 2; }
TC(function_inside, ONE; if (bpf_res_spin_lock(&g->lock)) return 0; adds(g); bpf_res_spin_unlock(&g->lock))
TC(loop_inside, ONE; struct bpf_iter_num it; if (bpf_res_spin_lock(&g->lock)) return 0; bpf_iter_num_new(&it, 0, 9); while (bpf_iter_num_next(&it)) g->n++; bpf_iter_num_destroy(&it); bpf_res_spin_unlock(&g->lock))
TC(in_loop, ONE; struct bpf_iter_num it; bpf_iter_num_new(&it, 0, 9); while (bpf_iter_num_next(&it)) { if (bpf_res_spin_lock(&g->lock)) continue; g->n++; bpf_res_spin_unlock(&g->lock); } bpf_iter_num_destroy(&it))
TC(in_object, NEW(inner, i); if (!bpf_res_spin_lock(&i->lock)) { i->n++; bpf_res_spin_unlock(&i->lock); } FREE(i))
TC(field_read, ONE; seen = *(volatile __u32 *)&g->lock)
SYS(in_syscall, ONE; if (bpf_res_spin_lock(&g->lock)) return 0; bpf_res_spin_unlock(&g->lock))
IN("tp_btf/task_newtask", when_traced, ONE; if (bpf_res_spin_lock(&g->lock)) return 0; bpf_res_spin_unlock(&g->lock))
IN("raw_tp", in_raw_tp, ONE; if (bpf_res_spin_lock(&g->lock)) return 0; bpf_res_spin_unlock(&g->lock))
