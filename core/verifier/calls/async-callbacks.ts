import type { MapDef } from '../../elf/object.ts';
import type { Insn } from '../../isa/insn.ts';
import type { Env } from '../env.ts';
import { misfittingArgument } from './global-funcs.ts';
import { isHelperCall, isKfuncCall } from '../../isa/insn-kinds.ts';
import { CONST_PTR_TO_MAP, PTR_TO_MAP_KEY, PTR_TO_MAP_VALUE, Reg } from '../values/reg.ts';
import { newFrame } from './subprog-calls.ts';
import { VState } from '../values/state.ts';

const TIMER_SET_CALLBACK = 170;

/** True for calls that hand over a function for the kernel to call later. */
export function queuesCallback(env: Env, insn: Insn): boolean {
  if (isHelperCall(insn)) return insn.imm === TIMER_SET_CALLBACK;
  if (!isKfuncCall(insn) || insn.imm <= 0 || insn.off !== 0) return false;
  const effect = env.kernel.kfuncs.find(env.kernelBtf.type(insn.imm).name)?.descriptor.effect;
  return effect === 'queue-work' || effect === 'task-work';
}

/**
 * Queues the walk of a function that the kernel will call later, by itself: a timer's, a work queue's or a task's. It begins with nothing but its
 * arguments, the map, a key and a value, and nothing that is known here holds there.
 */
export function pushAsyncCallback(
  env: Env,
  subprog: number,
  map: MapDef,
  by: 'timer' | 'work-queue' | 'task-work',
): void {
  const mapUid = by === 'task-work' ? 0 : env.state.top.regs[1]!.mapUid;
  misfittingArgument(env, subprog);
  const called = env.subprogs[subprog]!;
  called.called = true;
  called.async = true;
  called.callback = true;
  const state = new VState();
  state.inSleepable = by !== 'timer';
  const frame = newFrame(0, subprog, -1);
  frame.inAsyncCallback = true;
  frame.asyncEntries = env.state.top.asyncEntries + 1;
  frame.callbackRange = by === 'task-work' ? { min: -(2 ** 31), max: 2 ** 31 - 1 } : { min: 0, max: 0 };
  frame.regs[1] = Reg.pointer(CONST_PTR_TO_MAP, { map, mapUid });
  frame.regs[2] = Reg.pointer(PTR_TO_MAP_KEY, { map, mapUid });
  frame.regs[3] = Reg.pointer(PTR_TO_MAP_VALUE, { map, mapUid });
  state.frames = [frame];
  env.scratched.all();
  env.pushAsync(state, called.start, env.insnIdx);
}
