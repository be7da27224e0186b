import { isSleepable } from '../../kernel/catalogue/kfuncs/table.ts';
import type { Env } from '../env.ts';
import { isFuncAddress, isHelperCall, isKfuncCall, isSubprogCall } from '../../isa/insn-kinds.ts';
import { subprogAt } from '../before/subprograms.ts';
import {
  baseType,
  DYNPTR_FLAGS,
  PTR_TO_MEM,
  PTR_TO_PACKET,
  PTR_TO_PACKET_END,
  PTR_TO_PACKET_META,
} from '../values/reg.ts';
import type { Reg } from '../values/reg.ts';
import { UNKNOWN_REG } from '../regs.ts';

/** What a call of a function may bring about, whatever path it takes: its own instructions, and those of the functions that it reaches. */
export interface Effects {
  readonly mightSleep: boolean;
  readonly changesPacket: boolean;
}

const known = new WeakMap<Env, Map<number, Effects>>();

/** The effects of a function, from its instructions alone. */
export function effectsOf(env: Env, number: number): Effects {
  let effects = known.get(env);
  if (effects === undefined) known.set(env, (effects = new Map()));
  const before = effects.get(number);
  if (before !== undefined) return before;
  const found = collect(env, number, new Set());
  effects.set(number, found);
  return found;
}

function collect(env: Env, number: number, seen: Set<number>): Effects {
  let mightSleep = false;
  let changesPacket = false;
  if (seen.has(number)) return { mightSleep, changesPacket };
  seen.add(number);
  const { start, end } = env.subprogs[number]!;
  for (let i = start; i < end; i++) {
    const insn = env.insns[i]!;
    if (isSubprogCall(insn) || isFuncAddress(insn)) {
      const inner = collect(env, subprogAt(env, i + insn.imm + 1), seen);
      mightSleep ||= inner.mightSleep;
      changesPacket ||= inner.changesPacket;
    } else if (isHelperCall(insn)) {
      const helper = env.kernel.helpers.find(insn.imm);
      mightSleep ||= helper?.mightSleep === true;
      changesPacket ||= helper?.changesPacket === true;
    } else if (isKfuncCall(insn) && insn.imm > 0 && insn.off === 0) {
      const kfunc = env.kernel.kfuncs.find(env.kernelBtf.type(insn.imm).name);
      mightSleep ||= kfunc !== null && isSleepable(kfunc);
      changesPacket ||= kfunc?.descriptor.changesPacket === true;
    }
  }
  return { mightSleep, changesPacket };
}

/** Why nothing may sleep here: the program may not (or its callback runs where nothing may), or a section is open that forbids it; null if it may. */
export function cannotSleep(env: Env): 'program' | 'rcu' | 'preempt' | 'irq' | null {
  const { state } = env;
  if (!state.inSleepable) return 'program';
  if (state.activeRcuLocks > 0) return 'rcu';
  if (state.activePreemptLocks > 0) return 'preempt';
  return state.activeIrqId !== 0 ? 'irq' : null;
}

/** Memory that a packet's dynptr gave. */
const PACKET_DYNPTR = DYNPTR_FLAGS.skb | DYNPTR_FLAGS.xdp | DYNPTR_FLAGS.skb_meta;

/** The packet may lie elsewhere now: what pointed into it points nowhere. */
export function losePackets(env: Env): void {
  const lost = ({ type }: Reg): boolean =>
    type === PTR_TO_PACKET ||
    type === PTR_TO_PACKET_META ||
    type === PTR_TO_PACKET_END ||
    (baseType(type) === PTR_TO_MEM && (type & PACKET_DYNPTR) !== 0);
  for (const frame of env.state.frames) {
    for (let r = 0; r < 11; r++) if (lost(frame.regs[r]!)) frame.regs[r] = UNKNOWN_REG;
    frame.stack.forEach((slot, spi) => {
      if (slot.spilled !== null && lost(slot.spilled)) frame.stack[spi] = { ...slot, spilled: UNKNOWN_REG };
    });
  }
}
