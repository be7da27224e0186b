import type { Spot } from '../../verifier/values/spot.ts';
import { regSpot, sameSpot, slotSpot } from '../../verifier/values/spot.ts';
import {
  BPF_ALU,
  BPF_ALU64,
  BPF_ATOMIC,
  BPF_CMPXCHG,
  BPF_END,
  BPF_FETCH,
  BPF_LD,
  BPF_LDX,
  BPF_LOAD_ACQ,
  BPF_MOV,
  BPF_NEG,
  BPF_PSEUDO_CALL,
  BPF_ST,
  BPF_STX,
  BPF_X,
  CALL,
  EXIT,
} from '../../isa/opcodes.ts';
import type { Insn } from '../../isa/insn.ts';
import { PTR_TO_STACK } from '../../verifier/values/reg.ts';
import type { Reg } from '../../verifier/values/reg.ts';
import { between, changesAt, lineage, valueAt } from './lineage.ts';
import type { ProgramText } from './program-text.ts';
import type { Cursor, Trace } from '../record/trace.ts';
import { MAX_SLOTS, REGS } from '../record/values.ts';

/**
 * How a place got its value: `constant` an immediate or an address in the program; `copied`, `computed` from registers; `saved` and `filled` to
 * and from the stack; `loaded` from other memory; `called` the result of a call; `argument`, `returned` between functions of the program;
 * `clobbered` a call left it unreadable; `checked` a comparison told more of it; `widened` forgotten so that a loop converges; `changed` in
 * another way, by what the instruction does besides.
 */
export type How =
  | 'constant'
  | 'copied'
  | 'computed'
  | 'saved'
  | 'filled'
  | 'loaded'
  | 'called'
  | 'argument'
  | 'returned'
  | 'clobbered'
  | 'checked'
  | 'widened'
  | 'changed';

/** One instruction that made a value, or told more of it. */
export interface Made {
  readonly step: number;
  readonly pc: number;
  readonly how: How;
  /** The place whose value it made. */
  readonly spot: Spot;
  /** Number of the value that the place had after it. */
  readonly value: number;
}

/** Most steps that are looked back over. */
const MAX_STEPS = 20_000;
/** Most instructions of a chain. */
const MAX_MADE = 64;

/** A spot as a number. */
export const keyOf = ({ what, frame, index }: Spot): number => (frame << 8) | (what === 'reg' ? index : 128 + index);
const spotOf = (key: number): Spot => {
  const index = key & 127;
  return { what: key & 128 ? 'slot' : 'reg', frame: key >>> 8, index };
};

/** What an instruction writes, and what that is made of, as far as registers and stack slots tell. */
export interface Effect {
  readonly how: How;
  readonly target: Spot;
  readonly sources: readonly Spot[];
}

/** For each of `spots` the instruction that made it what it is before `step`, or told the last of it; none for what it has been from the beginning. */
export const lastMade = (trace: Trace, text: ProgramText, step: number, spots: readonly Spot[]): Made[] =>
  provenance(trace, text, step, spots, false);

/**
 * The instructions that made what is in `spots` before `step`, latest first; each instruction and place once.
 * @param deep what these were made of as well; else only the last one of each place
 */
export function provenance(trace: Trace, text: ProgramText, step: number, spots: readonly Spot[], deep = true): Made[] {
  const tracked = new Set(spots.map(keyOf));
  const seen = new Set<string>();
  const made: Made[] = [];
  const note = (at: number, how: How, spot: Spot, value: number): void => {
    const pc = trace.pc(at);
    const key = `${pc} ${keyOf(spot)}`;
    if (seen.has(key)) return;
    seen.add(key);
    made.push({ step: at, pc, how, spot, value });
    if (!deep) tracked.delete(keyOf(spot));
  };
  const most = deep ? MAX_MADE : Infinity;
  let budget = MAX_STEPS;
  for (const segment of lineage(trace, step, 1024)) {
    for (let later = segment.last; later >= segment.first; later--) {
      const at = later > segment.first ? later - 1 : trace.before(later);
      if (at === 0 || tracked.size === 0 || budget-- <= 0 || made.length >= most) return made;
      const insn = text.program.insns[trace.pc(at)]!;
      const changed = new Set<number>();
      if (later > segment.first) changesAt(trace, later, (spot) => changed.add(keyOf(spot)));
      const joins = later === segment.first;
      if (!joins && ![...tracked].some((key) => changed.has(key)) && !mayWrite(insn, tracked)) continue;
      const before = trace.cursor(at);
      const after = trace.cursor(later);
      if (joins)
        for (const key of tracked) if (valueAt(before, spotOf(key)) !== valueAt(after, spotOf(key))) changed.add(key);
      const effects = effectsOf(trace, text, at, later, before, after);
      for (const key of [...tracked]) {
        const spot = spotOf(key);
        const effect = effects.find(({ target }) => keyOf(target) === key);
        if (effect !== undefined) {
          tracked.delete(key);
          note(at, effect.how, spot, valueAt(after, spot));
          if (deep) for (const source of effect.sources) tracked.add(keyOf(source));
        } else if (spot.frame >= before.depth) {
          // Its frame begins here, with nothing in it.
          tracked.delete(key);
        } else if (changed.has(key) && !isSameValue(trace, valueAt(before, spot), valueAt(after, spot), spot)) {
          const how = reasonOf(trace, at, spot, insn.code);
          note(at, how, spot, valueAt(after, spot));
          if (how === 'changed' && spot.what === 'slot') tracked.delete(key);
        }
      }
    }
  }
  return made;
}

// Getting an id, a mark or a link is no write: the value is the one it was.
function isSameValue(trace: Trace, was: number, is: number, spot: Spot): boolean {
  const { values } = trace.data;
  if (spot.what === 'reg') return sameReg(values.getReg(was), values.getReg(is));
  const a = values.getSlot(was);
  const b = values.getSlot(is);
  if (a === null || b === null) return a === b;
  const iters = a.iter === b.iter || (a.iter !== null && b.iter !== null && a.iter.state === b.iter.state);
  return a.types === b.types && iters && a.spilled !== null && b.spilled !== null && sameReg(a.spilled, b.spilled);
}

function sameReg(a: Reg | null, b: Reg | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.type === b.type && a.off === b.off && a.refObjId === b.refObjId && a.scalar.equals(b.scalar) && a.sameTarget(b)
  );
}

/** Cheap: can this instruction write one of the places (by `keyOf`) at all, or enter the frame that they are in? */
export function mayWrite({ code, dst, src }: Insn, tracked: ReadonlySet<number>): boolean {
  const cls = code & 7;
  if (code === CALL && src === BPF_PSEUDO_CALL) return true;
  for (const key of tracked) {
    const index = key & 127;
    const isSlot = (key & 128) !== 0;
    if (cls === BPF_ST) {
      if (isSlot) return true;
    } else if (cls === BPF_STX) {
      if (isSlot || ((code & 0xe0) === BPF_ATOMIC && (index === 0 || index === dst || index === src))) return true;
    } else if (!isSlot && (code === CALL || code === EXIT ? index <= 5 : index === dst)) return true;
  }
  return false;
}

// A change that the instruction does not write: what a comparison told, what a loop forgot.
function reasonOf(trace: Trace, at: number, spot: Spot, code: number): How {
  const cls = code & 7;
  if (between(trace.data.widened, at).some(({ location }) => sameSpot(location, spot))) return 'widened';
  return (cls === 5 || cls === 6) && code !== CALL && code !== EXIT ? 'checked' : 'changed';
}

/** What the instruction of step `at` wrote, `later` being the step that followed it on the path. */
export function effectsOf(
  trace: Trace,
  text: ProgramText,
  at: number,
  later: number,
  before: Cursor,
  after: Cursor,
): Effect[] {
  const insn = text.program.insns[trace.pc(at)]!;
  const frame = before.depth - 1;
  const reg = (index: number, of = frame): Spot => regSpot(of, index);
  const cls = insn.code & 7;
  const op = insn.code & 0xf0;
  const one = (how: How, target: Spot, ...sources: Spot[]): Effect[] => [{ how, target, sources }];
  switch (cls) {
    case BPF_ALU:
    case BPF_ALU64: {
      const dst = reg(insn.dst);
      if (op === BPF_MOV) return (insn.code & 8) === BPF_X ? one('copied', dst, reg(insn.src)) : one('constant', dst);
      if (op === BPF_NEG || op === BPF_END || (insn.code & 8) !== BPF_X) return one('computed', dst, dst);
      return one('computed', dst, dst, reg(insn.src));
    }
    case BPF_LD:
      return one('constant', reg(insn.dst));
    case BPF_LDX: {
      const slot = slotBehind(trace, before, insn.src, insn.off);
      return slot === null ? one('loaded', reg(insn.dst), reg(insn.src)) : one('filled', reg(insn.dst), slot);
    }
    case BPF_ST:
    case BPF_STX: {
      const slot = slotBehind(trace, before, insn.dst, insn.off);
      if (cls === BPF_STX && (insn.code & 0xe0) === BPF_ATOMIC) {
        const loads =
          insn.imm === BPF_CMPXCHG
            ? reg(0)
            : insn.imm === BPF_LOAD_ACQ
              ? reg(insn.dst)
              : (insn.imm & BPF_FETCH) !== 0
                ? reg(insn.src)
                : null;
        return [...(loads === null ? [] : one('loaded', loads)), ...(slot === null ? [] : one('computed', slot, slot))];
      }
      if (slot === null) return [];
      return cls === BPF_ST ? one('constant', slot) : one('saved', slot, reg(insn.src));
    }
  }
  if (insn.code === EXIT && after.depth < before.depth) {
    // A callback's result goes to its helper, not into the caller's r0.
    const back = trace.pc(later) !== before.callsites[frame];
    return back ? one('returned', reg(0, frame - 1), reg(0)) : [];
  }
  if (insn.code !== CALL) return [];
  if (after.depth > before.depth) {
    const inner = after.depth - 1;
    // A callback gets some of the helper's arguments; the rest is made by the helper.
    const callback = insn.src !== BPF_PSEUDO_CALL;
    const passes = text.callbackPasses(insn);
    const passed = [1, 2, 3, 4, 5].map((r): Effect => {
      const source = callback ? passes[r] : r;
      const from = source === undefined ? [] : [reg(source)];
      return { how: 'argument', target: reg(r, inner), sources: from };
    });
    return [...passed, ...[0, 1, 2, 3, 4, 5].map((r): Effect => ({ how: 'clobbered', target: reg(r), sources: [] }))];
  }
  return [0, 1, 2, 3, 4, 5].map((r): Effect => ({
    how: r === 0 && after.regs[frame * REGS] !== 0 && isReadable(trace, after, frame) ? 'called' : 'clobbered',
    target: reg(r),
    sources: [],
  }));
}

// r0 after a call: a value, or nothing when the function gives none.
function isReadable(trace: Trace, after: Cursor, frame: number): boolean {
  const r0 = trace.data.values.getReg(after.regs[frame * REGS]!);
  return r0 !== null && r0.type !== 0;
}

/** The stack slot behind a register plus an offset, if it points at a known place of the stack. */
export function slotBehind(trace: Trace, state: Cursor, regno: number, off: number): Spot | null {
  const reg = trace.data.values.getReg(state.regs[(state.depth - 1) * REGS + regno]!);
  if (reg === null || reg.type !== PTR_TO_STACK || !reg.scalar.isConst) return null;
  const at = Number(BigInt.asIntN(64, reg.scalar.value)) + reg.off + off;
  const spi = Math.ceil(-at / 8) - 1;
  return at < 0 && spi < MAX_SLOTS ? slotSpot(reg.frameno, spi) : null;
}
