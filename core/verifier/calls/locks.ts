import type { Insn } from '../../isa/insn.ts';
import { holdsLock } from '../memory/btf-access.ts';
import type { Env } from '../env.ts';
import { EINVAL } from '../../base/errno.ts';

// Spin locks: what may be called while one is held.

export const SPIN_LOCK = 93;
export const SPIN_UNLOCK = 94;
const KPTR_XCHG = 194;

/** Kernel functions that may be called with a lock held: those of lists, trees and number iterators. */
const ALLOWED =
  /^bpf_(iter_num_(new|next|destroy)|list_(push|pop)_(front|back)(_impl)?|list_(front|back)|rbtree_(add_impl|remove|first|root|left|right)|res_spin_(un)?lock(_irqsave|_irqrestore)?|arena_(alloc_pages|free_pages|reserve_pages))$/;

/** A call of anything else than the program's own functions is not for while a lock is held. */
export function checkCallWhileLocked(env: Env, { src, imm, off }: Insn): void {
  if (src === 1 || !holdsLock(env.state)) return;
  const allowed =
    src === 0
      ? imm === SPIN_UNLOCK || imm === KPTR_XCHG
      : off === 0 && imm > 0 && ALLOWED.test(env.kernelBtf.type(imm).name);
  if (!allowed) env.reject(EINVAL, 'call-while-locked', 'function calls are not allowed while holding a lock');
}
