import type { Spot } from '../verifier/values/spot.ts';
import type { Insn } from '../isa/insn.ts';
import {
  accessSize,
  BPF_ALU,
  BPF_ALU64,
  BPF_ATOMIC,
  BPF_CALL,
  BPF_EXIT,
  BPF_JA,
  BPF_JCOND,
  BPF_LD,
  BPF_LDX,
  BPF_MOV,
  BPF_ST,
  BPF_STX,
  classOf,
  isRegisterSource,
  LDDW,
  modeOf,
  opOf,
} from '../isa/opcodes.ts';
import { ADDRESS_HI } from '../kernel/machine/memory.ts';
import type { ConcreteRun } from './concrete-run.ts';

/** A spot as one number. */
export type Place = number;
export const regPlace = (frame: number, reg: number): Place => frame * 128 + reg;
export const slotPlace = (frame: number, spi: number): Place => frame * 128 + 64 + spi;
export const placeOf = ({ what, frame, index }: Spot): Place =>
  what === 'reg' ? regPlace(frame, index) : slotPlace(frame, index);

/** What an instruction reads, and what it overwrites whole. Places that it writes in part are in neither. */
export interface Effect {
  readonly reads: readonly Place[];
  readonly writes: readonly Place[];
}

const NOTHING: Effect = { reads: [], writes: [] };

/** Whether an instruction may write memory: a store, an atomic operation, a call. */
export function writesMemory(insn: Insn): boolean {
  const cls = classOf(insn.code);
  return cls === BPF_ST || cls === BPF_STX || insn.code === (BPF_CALL | 5);
}

/**
 * The effect of an instruction that the frame at the top has just executed, stack slots included, by the addresses of the run. A call's is that of
 * the helper: it reads its arguments and gives r0.
 * @param base   the run's frame that frame 0 of the places is
 * @param depth  number of frames, of those from `base` up, when it was executed
 */
export function effectOf(insn: Insn, run: ConcreteRun, base: number, depth: number): Effect {
  const top = depth - 1;
  const reg = (r: number): Place => regPlace(top, r);
  const dst = reg(insn.dst);
  const src = reg(insn.src);
  switch (classOf(insn.code)) {
    case BPF_ALU:
    case BPF_ALU64: {
      const from = isRegisterSource(insn.code) && opOf(insn.code) !== 0xd0 ? [src] : [];
      return { reads: opOf(insn.code) === BPF_MOV ? from : [...from, dst], writes: [dst] };
    }
    case BPF_LD:
      return insn.code === LDDW ? { reads: [], writes: [dst] } : NOTHING;
    case BPF_LDX:
      return { reads: [src, ...slots(insn, insn.src, run, base, depth).touched], writes: [dst] };
    case BPF_ST:
      return { reads: [], writes: slots(insn, insn.dst, run, base, depth).covered };
    case BPF_STX: {
      const { touched, covered } = slots(insn, insn.dst, run, base, depth);
      if (modeOf(insn.code) !== BPF_ATOMIC) return { reads: [src], writes: covered };
      return { reads: [src, dst, reg(0), ...touched], writes: [src, reg(0), ...touched] };
    }
    default: {
      const op = opOf(insn.code);
      if (op === BPF_JA || op === BPF_JCOND || op === BPF_EXIT) return NOTHING;
      if (op === BPF_CALL) return { reads: [1, 2, 3, 4, 5].map(reg), writes: [reg(0)] };
      return { reads: isRegisterSource(insn.code) ? [dst, src] : [dst], writes: [] };
    }
  }
}

/** Stack slots that a load or store through a register touched, and those that it covered whole. */
function slots(
  insn: Insn,
  pointer: number,
  run: ConcreteRun,
  base: number,
  depth: number,
): { readonly touched: Place[]; readonly covered: Place[] } {
  const none = { touched: [], covered: [] };
  if (run.before[2 * pointer + 1] !== ADDRESS_HI) return none;
  const from = run.before[2 * pointer]! + insn.off;
  const to = from + accessSize(insn.code);
  for (let f = 0; f < depth; f++) {
    const { stackTop } = run.frame(base + f);
    if (from < stackTop - 512 || to > stackTop) continue;
    const touched: Place[] = [];
    const covered: Place[] = [];
    for (let spi = Math.floor((stackTop - to) / 8); spi <= Math.floor((stackTop - from - 1) / 8); spi++) {
      touched.push(slotPlace(f, spi));
      const low = stackTop - 8 * (spi + 1);
      if (from <= low && to >= low + 8) covered.push(slotPlace(f, spi));
    }
    return { touched, covered };
  }
  return none;
}
