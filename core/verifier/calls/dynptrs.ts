import type { Env } from '../env.ts';
import { EFAULT, EINVAL } from '../../base/errno.ts';
import { acquireReference, releaseReference } from './references.ts';
import { DYNPTR_FLAGS, PTR_TO_DYNPTR, PTR_TO_STACK } from '../values/reg.ts';
import type { Reg } from '../values/reg.ts';
import { frameOf } from '../regs.ts';
import { checkStackBounds, writeStack } from '../memory/stack-access.ts';
import { placeOnStack } from './stack-objects.ts';
import { allBytes, STACK_DYNPTR } from '../values/stack.ts';
import type { DynptrKind, DynptrState } from '../values/stack.ts';
import type { Frame } from '../values/state.ts';
import { DYNPTR_SLOTS, destroyDynptrAt, isReference, emptyDynptr } from '../memory/dynptr-slots.ts';

/** What a call needs to know of the dynptr that it is handed. */
export interface DynptrFacts {
  readonly kind: DynptrKind;
  /** Number that pointers into its memory carry. */
  readonly id: number;
  readonly refObjId: number;
}

/** The dynptr whose first slot is here, whole. */
function dynptrAt(frame: Frame, spi: number | null): DynptrState | null {
  if (spi === null || spi < DYNPTR_SLOTS - 1) return null;
  const slot = frame.stack[spi]!;
  const found = slot.dynptr;
  if (found?.first !== true) return null;
  const whole = allBytes(STACK_DYNPTR);
  return slot.types === whole && frame.stack[spi - 1]!.types === whole ? found : null;
}

/**
 * A dynptr argument that a call makes.
 * @param shares reference that a clone has in common with its original; 0 for a dynptr of its own
 */
export function makeDynptr(env: Env, regno: number, kind: DynptrKind, shares = 0): void {
  const reg = env.state.top.regs[regno]!;
  mustBeDynptr(env, regno, reg);
  if (reg.type === PTR_TO_DYNPTR || placeOnStack(env, reg, DYNPTR_SLOTS, 'dynptr') === -1)
    env.reject(EINVAL, 'dynptr-not-on-stack', 'Dynptr has to be an uninitialized dynptr', {}, regno);
  for (let i = 0; i < DYNPTR_SLOTS * 8; i += 8) {
    checkStackBounds(env, regno, reg, reg.off + i, 8, 'write');
    writeStack(env, reg, reg.off + i, 8, -1);
  }
  const frame = frameOf(env, reg);
  const spi = placeOnStack(env, reg, DYNPTR_SLOTS, 'dynptr')!;
  destroyDynptrAt(env, frame, spi);
  destroyDynptrAt(env, frame, spi - 1);
  const id = env.newId();
  const refObjId = !isReference(kind) ? 0 : shares !== 0 ? shares : acquireReference(env);
  for (let i = 0; i < DYNPTR_SLOTS; i++) {
    frame.stack[spi - i] = {
      types: allBytes(STACK_DYNPTR),
      spilled: null,
      iter: null,
      dynptr: { kind, first: i === 0, id, refObjId },
    };
    env.scratched.slot(spi - i);
    env.liveness.write(frame.frameno, spi - i);
  }
}

function mustBeDynptr(env: Env, regno: number, reg: Reg): void {
  if (reg.type === PTR_TO_STACK || reg.type === PTR_TO_DYNPTR) return;
  env.reject(
    EINVAL,
    'dynptr-not-on-stack',
    `arg#${regno - 1} expected pointer to stack or const struct bpf_dynptr`,
    {},
    regno,
  );
}

/**
 * A dynptr argument that must have been made before.
 * @param mutates the call changes the dynptr itself, or ends it
 * @param kind the only kind that the call takes; null for any
 */
export function useDynptr(env: Env, regno: number, mutates: boolean, kind: DynptrKind | null): DynptrFacts {
  const reg = env.state.top.regs[regno]!;
  mustBeDynptr(env, regno, reg);
  if (reg.type === PTR_TO_DYNPTR) {
    if (mutates)
      env.reject(
        EINVAL,
        'constant-dynptr',
        'cannot pass pointer to const bpf_dynptr, the helper mutates it',
        {},
        regno,
      );
    if (kind !== null && kind !== 'local') wrongKind(env, regno, kind);
    return { kind: 'local', id: reg.id, refObjId: reg.refObjId };
  }
  const frame = frameOf(env, reg);
  const spi = placeOnStack(env, reg, DYNPTR_SLOTS, 'dynptr');
  const found = dynptrAt(frame, spi);
  if (found === null)
    return env.reject(EINVAL, 'uninitialized-dynptr', `Expected an initialized dynptr as arg #${regno - 1}`, {}, regno);
  if (kind !== null && kind !== found.kind) wrongKind(env, regno, kind);
  for (let i = 0; i < DYNPTR_SLOTS; i++) {
    env.liveness.read(frame.frameno, env.insnIdx, spi! - i);
    env.scratched.slot(spi! - i);
  }
  return found;
}

function wrongKind(env: Env, regno: number, kind: DynptrKind): never {
  return env.reject(EINVAL, 'wrong-dynptr', `Expected a dynptr of type ${kind} as arg #${regno - 1}`, { kind }, regno);
}

/** A dynptr argument that the call gives back must be a reference. */
export function mustOwnDynptr(env: Env, regno: number): void {
  const reg = env.state.top.regs[regno]!;
  if (reg.type !== PTR_TO_STACK)
    return env.reject(EINVAL, 'constant-dynptr', 'cannot release unowned const bpf_dynptr', {}, regno);
  const spi = placeOnStack(env, reg, DYNPTR_SLOTS, 'dynptr');
  const slot = spi === null || spi < 0 ? null : frameOf(env, reg).stack[spi]!;
  const ref = slot?.dynptr?.refObjId ?? slot?.iter?.refObjId ?? slot?.spilled?.refObjId ?? 0;
  if (ref === 0) env.reject(EINVAL, 'release-unreferenced', `arg ${regno} is an unacquired reference`, {}, regno);
}

/** Ends a dynptr that is a reference: its clones end with it, and pointers into its memory. */
export function releaseDynptr(env: Env, regno: number): void {
  const reg = env.state.top.regs[regno]!;
  const frame = frameOf(env, reg);
  const spi = placeOnStack(env, reg, DYNPTR_SLOTS, 'dynptr');
  const found = dynptrAt(frame, spi);
  if (found === null) return env.reject(EFAULT, 'kernel-mistake', '');
  if (!isReference(found.kind)) {
    emptyDynptr(env, frame, spi!);
    return;
  }
  releaseReference(env, found.refObjId);
  for (let i = 1; i < frame.stack.length; i++) {
    const dynptr = frame.stack[i]!.dynptr;
    if (dynptr?.first === true && dynptr.refObjId === found.refObjId) emptyDynptr(env, frame, i);
  }
}

/** The mark that memory of such a dynptr carries in its type. */
export const dynptrFlag = (kind: DynptrKind): number => DYNPTR_FLAGS[kind];
