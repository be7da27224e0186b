import type { Insn } from '../../isa/insn.ts';
import { holdsLock } from '../memory/btf-access.ts';
import type { Env } from '../env.ts';
import { EINVAL } from '../../base/errno.ts';
import type { HeldLock, RefView } from '../sink.ts';
import type { Reg } from '../values/reg.ts';
import { forgetOwned } from './object-args.ts';

// Locks: how they pair up, and what may be called while one is held.

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

/**
 * A lock is taken. Of plain ones a program holds one at a time, told by the map and the number of the pointer to its value or object; of those
 * that may fail any number, each once.
 */
export function takeLock(env: Env, reg: Reg, lock: HeldLock): void {
  const { state } = env;
  const plain = lock.kind === 'spin';
  if (state.refs.some((ref) => (plain ? ref.lock?.kind === 'spin' : isHeld(ref, reg, lock, true)))) {
    const text = plain
      ? 'Locking two bpf_spin_locks are not allowed'
      : 'Acquiring the same lock again, AA deadlock detected';
    env.reject(EINVAL, 'wrong-lock', text, { unpaired: true }, 1);
  }
  state.refs = [...state.refs, { id: reg.id, insn: env.insnIdx, lock }];
}

/** A lock is given back: the one that was taken last, by the function that belongs to it. What lists and trees keep is out of reach then. */
export function giveLockBack(env: Env, reg: Reg, lock: HeldLock): void {
  const { state } = env;
  const name = lock.kind === 'spin' ? 'bpf_spin' : 'bpf_res_spin';
  const no = (text: string, unpaired: boolean): never => env.reject(EINVAL, 'wrong-lock', text, { unpaired }, 1);
  const locks = state.refs.filter((ref) => ref.lock !== undefined);
  if (locks.length === 0) no(`${name}_unlock without taking a lock`, true);
  const held = locks.find((ref) => isHeld(ref, reg, lock, false));
  if (held === undefined) return no(`${name}_unlock of different lock`, false);
  const last = locks[locks.length - 1]!;
  if (last.id !== reg.id || last.lock!.of !== lock.of) no(`${name}_unlock cannot be out of order`, false);
  state.refs = state.refs.filter((ref) => ref !== held);
  forgetOwned(env);
}

/** @param either whichever of the two kinds that may fail */
const isHeld = (ref: RefView, reg: Reg, lock: HeldLock, either: boolean): boolean =>
  ref.lock !== undefined &&
  ref.id === reg.id &&
  ref.lock.of === lock.of &&
  (either ? ref.lock.kind !== 'spin' : ref.lock.kind === lock.kind);

/** A call of anything else than the program's own functions is not for while a lock is held. */
export function checkCallWhileLocked(env: Env, { src, imm, off }: Insn): void {
  if (src === 1 || !holdsLock(env.state)) return;
  const allowed =
    src === 0
      ? imm === SPIN_UNLOCK || imm === KPTR_XCHG
      : off === 0 && imm > 0 && ALLOWED.has(env.kernelBtf.type(imm).name);
  if (!allowed) env.reject(EINVAL, 'call-while-locked', 'function calls are not allowed while holding a lock');
}
