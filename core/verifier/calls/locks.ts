import type { Insn } from '../../isa/insn.ts';
import { holdsLock } from '../memory/btf-access.ts';
import type { Env } from '../env.ts';
import { EINVAL } from '../../base/errno.ts';

// Spin locks: what may be called while one is held.

export const SPIN_LOCK = 93;
export const SPIN_UNLOCK = 94;
const KPTR_XCHG = 194;

/** Kernel functions that may be called with a lock held: those of lists, trees and number iterators. */
const ALLOWED: ReadonlySet<string> = new Set(
  [
    ['iter_num_new', 'iter_num_next', 'iter_num_destroy'],
    ['list_push_front', 'list_push_back', 'list_pop_front', 'list_pop_back', 'list_front', 'list_back'],
    ['list_push_front_impl', 'list_push_back_impl', 'refcount_acquire_impl'],
    ['rbtree_add_impl', 'rbtree_remove', 'rbtree_first', 'rbtree_root', 'rbtree_left', 'rbtree_right'],
    ['res_spin_lock', 'res_spin_lock_irqsave', 'res_spin_unlock', 'res_spin_unlock_irqrestore'],
    ['arena_alloc_pages', 'arena_free_pages', 'arena_reserve_pages'],
  ].flatMap((group) => group.map((name) => `bpf_${name}`)),
);

/** A call of anything else than the program's own functions is not for while a lock is held. */
export function checkCallWhileLocked(env: Env, { src, imm, off }: Insn): void {
  if (src === 1 || !holdsLock(env.state)) return;
  const allowed =
    src === 0
      ? imm === SPIN_UNLOCK || imm === KPTR_XCHG
      : off === 0 && imm > 0 && ALLOWED.has(env.kernelBtf.type(imm).name);
  if (!allowed) env.reject(EINVAL, 'call-while-locked', 'function calls are not allowed while holding a lock');
}
