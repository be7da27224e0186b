import type { MapDef } from '../../elf/object.ts';
import type { Held } from '../../btf/map-fields.ts';
import { nodePointer, notOwning } from './object-args.ts';
import type { CallbackPasses, HelperDescriptor } from '../../kernel/catalogue/descriptor.ts';
import type { Env } from '../env.ts';
import { E2BIG, EFAULT, ENOTSUPP } from '../../base/errno.ts';
import { markPrecise } from '../track/precision.ts';
import {
  PTR_TO_DYNPTR,
  PTR_TO_MAP_KEY,
  PTR_TO_MAP_VALUE,
  CONST_PTR_TO_MAP,
  Reg,
  SCALAR,
  PTR_TO_BTF_ID,
} from '../values/reg.ts';
import { isNull, UNKNOWN_REG } from '../regs.ts';
import type { VState } from '../values/state.ts';
import { misfittingArgument } from './global-funcs.ts';
import { newFrame } from './subprog-calls.ts';

/**
 * Queues the walk into a callback: the helper may call it any number of times, so the walk goes on after the helper first, as if it
 * were never called, and then through the callback back to the helper's call.
 */
function pushCallback(env: Env, passes: CallbackPasses, subprog: number, made: Readonly<Record<number, Reg>>): void {
  const caller = env.state.top;
  misfittingArgument(env, subprog);
  env.subprogs[subprog]!.called = true;
  env.subprogs[subprog]!.callback = true;
  const queued: VState = env.push(env.subprogs[subprog]!.start, env.insnIdx, 'callback');
  const frame = newFrame(queued.frames.length, subprog, env.insnIdx);
  if (queued.frames.length >= env.limits.frames)
    env.reject(E2BIG, 'too-many-frames', `the call stack of ${queued.frames.length + 1} frames is too deep`);
  for (const [to, from] of Object.entries(passes)) frame.regs[Number(to)] = queued.top.regs[from!]!;
  for (const [to, reg] of Object.entries(made)) frame.regs[Number(to)] = reg;
  frame.inCallback = true;
  frame.callbackRange = { min: 0, max: 1 };
  env.scratched.all();
  queued.frames.push(frame);
  queued.callbackUnrollDepth++;
  queued.frames[queued.frames.length - 2]!.callbackDepth++;
  caller.callbackDepth = 0;
}

/** bpf_loop(nr, callback, ctx, flags): the callback gets the round and the context. */
export function pushLoopCallback(env: Env, helper: HelperDescriptor, subprog: number): void {
  const caller = env.state.top;
  noteInlining(env, subprog, isNull(caller.regs[4]!));
  // Any value is taken as the count, and then the kernel trips over one that is no number.
  if (caller.regs[1]!.type !== SCALAR) env.reject(EFAULT, 'kernel-mistake', 'verifier bug: backtracking misuse', {}, 1);
  markPrecise(env, 1);
  if (BigInt(caller.callbackDepth) < caller.regs[1]!.scalar.umax) {
    pushCallback(env, helper.callback!.passes, subprog, { 1: UNKNOWN_REG });
    return;
  }
  caller.callbackDepth = 0;
  if (env.loggingAll) env.log.write(`frame${env.state.curframe} bpf_loop iteration limit reached\n`);
}

/**
 * A call that is always without flags and always with the same callback is inlined later: as long as this one may be, it relies on the exact
 * flags.
 */
function noteInlining(env: Env, subprog: number, withoutFlags: boolean): void {
  const before = env.inlinedLoops.get(env.insnIdx);
  if (before === NOT_INLINED) return;
  if (withoutFlags) markPrecise(env, 4);
  const fits = withoutFlags && (before === undefined || before === subprog);
  env.inlinedLoops.set(env.insnIdx, fits ? subprog : NOT_INLINED);
}

const NOT_INLINED = -1;

/** bpf_find_vma(task, address, callback, ctx, flags): the callback gets the task, the area and the context. */
export function pushVmaCallback(env: Env, helper: HelperDescriptor, subprog: number): void {
  const area = Reg.pointer(PTR_TO_BTF_ID, { btfId: env.kernelBtf.find('struct', 'vm_area_struct') });
  pushCallback(env, helper.callback!.passes, subprog, { 2: area });
}

/** bpf_user_ringbuf_drain(map, callback, ctx, flags): the callback gets each record as a dynptr, and the context. */
export function pushRecordCallback(env: Env, helper: HelperDescriptor, subprog: number): void {
  pushCallback(env, helper.callback!.passes, subprog, { 1: Reg.pointer(PTR_TO_DYNPTR, { id: env.newId() }) });
}

/** bpf_for_each_map_elem(map, callback, ctx, flags): the callback gets the map, a key, a value and the context. */
export function pushMapCallback(env: Env, helper: HelperDescriptor, subprog: number, map: MapDef): void {
  if (!env.kernel.maps.type(map).forEach)
    env.reject(ENOTSUPP, 'bad-argument', 'callback function not allowed for map', { why: 'other' }, 1);
  pushCallback(env, helper.callback!.passes, subprog, {
    1: env.state.top.regs[1]!.withType(CONST_PTR_TO_MAP),
    2: Reg.pointer(PTR_TO_MAP_KEY, { map }),
    3: Reg.pointer(PTR_TO_MAP_VALUE, { map }),
  });
}

/** bpf_rbtree_add(root, node, less): the function gets two nodes of the tree, which the tree keeps. */
export function pushLessCallback(env: Env, subprog: number, held: Held): void {
  const node = notOwning(env, nodePointer(held));
  pushCallback(env, {}, subprog, { 1: node, 2: node });
}

/**
 * A function that is only ever loaded as a callback and never called is dead code, which the kernel cuts out. Loads of its address may then
 * lead nowhere, and the kernel fails while it makes machine code: which depends on what else it rewrites.
 */
export function checkDeadCallbacks(env: Env): void {
  // A program that has no function left is made in another way, which does not look.
  if (!env.subprogs.some((subprog, number) => number > 0 && subprog.called)) return;
  for (const number of env.loadedCallbacks)
    if (!env.subprogs[number]!.called) env.unsupported('a callback that is never called');
}
