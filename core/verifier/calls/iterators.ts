import type { Spot } from '../values/spot.ts';
import { slotSpot } from '../values/spot.ts';
import { findPrevEntry, widen } from '../track/checkpoints.ts';
import type { IteratorDescriptor } from '../../kernel/catalogue/descriptor.ts';
import type { IteratorMethod } from '../../kernel/catalogue/iterators/table.ts';
import type { Env } from '../env.ts';
import { EINVAL, EPROTO } from '../../base/errno.ts';
import { asNotNull } from '../insns/jumps.ts';
import { PTR_TO_STACK } from '../values/reg.ts';
import type { Reg } from '../values/reg.ts';
import type { IteratorPlace } from '../rejection.ts';
import { acquireReference, releaseReference } from './references.ts';
import { frameOf, growStack, ZERO_REG } from '../regs.ts';
import { checkStackBounds, spiOf, writeStack } from '../memory/stack-access.ts';
import { placeOnStack } from './stack-objects.ts';
import { allBytes, STACK_INVALID, STACK_ITER, slotByte } from '../values/stack.ts';
import type { IterState, StackSlot } from '../values/stack.ts';
import type { Frame } from '../values/state.ts';

/** Where an iterator argument lies. */
export interface IterPlace extends Spot {
  /** Number of slots that it takes, from this one down. */
  readonly slots: number;
}

const name = (it: IteratorDescriptor): string => `iter_${it.name}`;

const place = (env: Env, reg: Reg, slots: number): number | null => placeOnStack(env, reg, slots, 'iter');

const placeOf = (reg: Reg, spi: number | null): IteratorPlace =>
  spi !== -1 ? 'on-stack' : reg.scalar.isConst ? 'impossible' : 'variable';

const isIterSlot = (slot: StackSlot): boolean => slot.types === allBytes(STACK_ITER);

function anyIterByte(slot: StackSlot): boolean {
  for (let k = 0; k < 8; k++) if (slotByte(slot.types, k) === STACK_ITER) return true;
  return false;
}

/** The function that gets an iterator. */
export interface IterCaller {
  /** Null for one that is no method of the trio. */
  readonly method: IteratorMethod | null;
  readonly name: string;
}

/** Checks the iterator argument of a constructor, next, destructor or other function, and updates its state. */
export function checkIterArgument(
  env: Env,
  regno: number,
  it: IteratorDescriptor,
  { method, name: caller }: IterCaller,
  btfId: number,
  rcu: 'none' | 'trusted' | 'untrusted',
): IterPlace {
  const reg = env.state.top.regs[regno]!;
  const blame = regno;
  const arg = regno - 1;
  if (reg.type !== PTR_TO_STACK)
    env.reject(EINVAL, 'iterator-not-on-stack', `arg#${arg} expected pointer to an iterator on stack`, {}, blame);
  const slots = slotsOf(it);
  const frame = frameOf(env, reg);
  if (method === 'new') {
    const spi = place(env, reg, slots);
    const taken = spi === -1 || (spi !== null && frame.stack.slice(spi - slots + 1, spi + 1).some(anyIterByte));
    if (taken && (env.kernel.rules.destroy || spi === -1))
      env.reject(
        EINVAL,
        'iterator-already-initialized',
        `expected uninitialized ${name(it)} as arg #${arg}`,
        { type: it.name, place: placeOf(reg, spi) },
        spi === null || spi === -1 ? blame : [env.blameReg(regno), slotSpot(reg.frameno, spi)],
        spi !== null && spi >= 0 ? originOf(env, frame.stack[spi]!) : [],
      );
    for (let i = 0; i < slots * 8; i += 8) {
      checkStackBounds(env, regno, reg, reg.off + i, 8, 'write');
      writeStack(env, reg, reg.off + i, 8, -1);
    }
    return construct(env, reg, frame, it, slots, btfId, rcu);
  }
  const spi = place(env, reg, slots);
  const at = spi === null || spi < 0 ? -1 : spi;
  const state = at < 0 ? 'missing' : check(frame, at, slots, btfId);
  if (state === 'missing' && !env.kernel.rules.type && spi !== -1) {
    const taken = takeForIterator(env, regno, it, btfId, rcu);
    if (method === 'destroy') destroy(env, frame, taken.index, slots);
    return taken;
  }
  if (state === 'rcu') env.reject(EPROTO, 'iterator-needs-rcu', `expected an RCU CS when using ${caller}`, {}, blame);
  if (state === 'missing')
    env.reject(
      EINVAL,
      'uninitialized-iterator',
      `expected an initialized ${name(it)} as arg #${arg}`,
      { type: it.name, place: placeOf(reg, spi) },
      at < 0 ? blame : [env.blameReg(regno), slotSpot(reg.frameno, at)],
    );
  for (let i = 0; i < slots; i++) {
    env.liveness.read(frame.frameno, env.insnIdx, at - i);
    env.scratched.slot(at - i);
  }
  if (method === 'destroy') destroy(env, frame, at, slots);
  return { what: 'slot', frame: reg.frameno, index: at, slots };
}

function originOf(env: Env, slot: StackSlot): number[] {
  const id = slot.iter?.refObjId ?? 0;
  return env.state.refs.filter((ref) => ref.id === id).map((ref) => ref.insn);
}

function check(frame: Frame, spi: number, slots: number, btfId: number): 'ok' | 'missing' | 'rcu' {
  for (let i = 0; i < slots; i++) {
    const slot = frame.stack[spi - i]!;
    if (slot.iter?.rcu === 'untrusted') return 'rcu';
    if (slot.iter === null || slot.iter.btfId !== btfId || !isIterSlot(slot)) return 'missing';
    if ((slot.iter.refObjId !== 0) !== (i === 0)) return 'missing';
  }
  return 'ok';
}

/** Slots that a state fills; what is left of it lies in a slot that is not its own. */
const slotsOf = (it: IteratorDescriptor): number => Math.floor(it.size / 8);

/** Without the rule on types: whatever lies there becomes an iterator of the type that is asked for. */
function takeForIterator(
  env: Env,
  regno: number,
  it: IteratorDescriptor,
  btfId: number,
  rcu: IterState['rcu'],
): IterPlace {
  const reg = env.state.top.regs[regno]!;
  const frame = frameOf(env, reg);
  const slots = slotsOf(it);
  for (let i = 0; i < slots * 8; i += 8) checkStackBounds(env, regno, reg, reg.off + i, 8, 'write');
  const spi = spiOf(reg.off + reg.scalar.num);
  growStack(env, frame, (spi + 1) * 8);
  const before = frame.stack[spi]!.iter;
  const same = before?.btfId === btfId ? before : null;
  for (let i = 0; i < slots; i++) {
    const first = i === 0;
    const iter: IterState = {
      type: it.name,
      btfId,
      state: same?.state ?? 'active',
      depth: same?.depth ?? 0,
      first,
      refObjId: first ? (before?.refObjId ?? 0) : 0,
      rcu,
    };
    frame.stack[spi - i] = { types: allBytes(STACK_ITER), spilled: null, iter };
    env.liveness.write(frame.frameno, spi - i);
    env.scratched.slot(spi - i);
  }
  return { what: 'slot', frame: reg.frameno, index: spi, slots };
}

function construct(
  env: Env,
  reg: Reg,
  frame: Frame,
  it: IteratorDescriptor,
  slots: number,
  btfId: number,
  rcu: IterState['rcu'],
): IterPlace {
  const spi = place(env, reg, slots)!;
  growStack(env, frame, (spi + 1) * 8);
  const id = acquireReference(env);
  for (let i = 0; i < slots; i++) {
    frame.stack[spi - i] = {
      types: allBytes(STACK_ITER),
      spilled: null,
      iter: { type: it.name, btfId, state: 'active', depth: 0, first: i === 0, refObjId: i === 0 ? id : 0, rcu },
    };
    env.liveness.write(frame.frameno, spi - i);
    env.scratched.slot(spi - i);
  }
  return { what: 'slot', frame: reg.frameno, index: spi, slots };
}

function destroy(env: Env, frame: Frame, spi: number, slots: number): void {
  const id = frame.stack[spi]!.iter!.refObjId;
  if (id !== 0) releaseReference(env, id);
  for (let i = 0; i < slots; i++) {
    frame.stack[spi - i] = { types: allBytes(STACK_INVALID), spilled: null, iter: null };
    env.liveness.write(frame.frameno, spi - i);
    env.scratched.slot(spi - i);
  }
}

function setIter(frames: readonly Frame[], at: IterPlace, state: IterState['state'], depth: number): void {
  const { stack } = frames[at.frame]!;
  const { types, iter } = stack[at.index]!;
  const { type, btfId, first, refObjId, rcu } = iter!;
  stack[at.index] = { types, spilled: null, iter: { type, btfId, state, depth, first, refObjId, rcu } };
}

/**
 * A call of next: the path forks. The NULL outcome goes on at once, with the iterator drained; the one with an element waits, one round
 * deeper, with what changed since the loop's entry widened (Documentation/bpf/bpf_iterators.rst). Without the rule `null-first` there is no NULL
 * outcome.
 */
export function forkAtNext(env: Env, at: IterPlace): void {
  const state = env.state;
  const iter = state.frames[at.frame]!.stack[at.index]!.iter!;
  const idx = env.insnIdx;
  const { rules } = env.kernel;
  if (iter.state === 'active') {
    const before = findPrevEntry(env, state.parent, idx);
    const queued = rules['null-first'] ? env.push(idx + 1, idx, 'next') : state;
    setIter(queued.frames, at, 'active', rules.depth ? iter.depth + 1 : iter.depth);
    if (before !== null && rules.widening) widen(env, before, queued);
    queued.top.regs[0] = asNotNull(queued.top.regs[0]!);
    if (queued === state) return;
  }
  setIter(state.frames, at, 'drained', iter.depth);
  state.top.regs[0] = ZERO_REG;
}
