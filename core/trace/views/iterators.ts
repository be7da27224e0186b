import type { Spot } from '../../verifier/values/spot.ts';
import { sameSpot, slotSpot, spotName } from '../../verifier/values/spot.ts';
import {
  BPF_ALU64,
  BPF_JEQ,
  BPF_JMP,
  BPF_JMP32,
  BPF_JNE,
  BPF_LDX,
  BPF_MOV,
  BPF_PSEUDO_CALL,
  BPF_ST,
  BPF_STX,
  CALL,
  EXIT,
  classOf,
  isRegisterSource,
  opOf,
} from '../../isa/opcodes.ts';
import type { RejectionKind } from '../../verifier/rejection.ts';
import type { StackSlot } from '../../verifier/values/stack.ts';
import type { Cursor, Trace } from '../record/trace.ts';
import { lineage, slotChanges, valueAt } from '../query/lineage.ts';
import type { ProgramText } from '../query/program-text.ts';
import { MAX_SLOTS } from '../record/values.ts';
import { iterStructs } from './iter-struct.ts';
import type { IterStructs } from './iter-struct.ts';
import type { FirstIterator, IterView } from './view.ts';

/** A place on the stack where an iterator lives at some time. */
interface Home {
  readonly spot: Spot;
  readonly type: string;
  readonly structs: IterStructs | null;
  /** The variable that the source keeps it in, where that is known. */
  readonly variable: string | undefined;
  /** Steps at which the place's value changed, ascending, and the value. */
  readonly steps: number[];
  readonly values: number[];
}

/** Rejections that a missing check for NULL brings about. */
const OF_NULL: ReadonlySet<RejectionKind> = new Set<RejectionKind>([
  'invalid-mem-access',
  'maybe-null-access',
  'maybe-null-argument',
  'maybe-null-arithmetic',
]);

/** Rejections that an iterator brings about which was not destroyed, or twice. */
const OF_REFERENCES: ReadonlySet<RejectionKind> = new Set<RejectionKind>([
  'unreleased-reference',
  'release-unreferenced',
]);

/** Where iterators live in a program, and what state each is in at a step. Found once by a pass over the recorded changes. */
export class Iterators {
  readonly #homes: Home[];

  constructor(
    private readonly trace: Trace,
    private readonly text: ProgramText,
  ) {
    const homes = new Map<number, Home>();
    const { values, pcs } = trace.data;
    // Most traces change few slots that ever hold an iterator: which values are iterators is asked once for each.
    const iterOf = new Map<number, StackSlot['iter']>();
    slotChanges(trace, (step, frame, spi, value) => {
      const key = frame * MAX_SLOTS + spi;
      let home = homes.get(key);
      if (home === undefined) {
        if (value === 0) return;
        let iter = iterOf.get(value);
        if (iter === undefined) {
          iter = values.getSlot(value)?.iter ?? null;
          iterOf.set(value, iter);
        }
        if (iter === null || !iter.first) return;
        const constructor = step > 1 ? pcs[step - 2]! : -1;
        home = {
          spot: slotSpot(frame, spi),
          type: iter.type,
          structs: iterStructs(text.kernelBtf, iter.btfId),
          variable: text.addressedVariable(constructor),
          steps: [],
          values: [],
        };
        homes.set(key, home);
      }
      home.steps.push(step);
      home.values.push(value);
    });
    this.#homes = [...homes.values()].sort(({ spot: a }, { spot: b }) => a.frame - b.frame || a.index - b.index);
  }

  /** Where the iterators live that the source names. Of two of one name the outer one. */
  get named(): ReadonlyMap<string, Spot> {
    const named = new Map<string, Spot>();
    for (const { variable, spot } of this.#homes)
      if (variable !== undefined && !named.has(variable)) named.set(variable, spot);
    return named;
  }

  /** Name of the variable whose state begins at a slot, if an iterator lives there and the source names it. */
  nameAt(spot: Spot): string | undefined {
    return this.#homes.find((home) => sameSpot(home.spot, spot))?.variable;
  }

  /** The one that is constructed first; null where none is. */
  first(): FirstIterator | null {
    let found: { readonly home: Home; readonly step: number } | null = null;
    for (const home of this.#homes) {
      const step = home.steps[0]!;
      if (step > 1 && (found === null || step < found.step)) found = { home, step };
    }
    if (found === null) return null;
    const { spot } = found.home;
    const now = this.trace.cursor(found.step);
    const { values } = this.trace.data;
    // It reaches from the slot at which it begins up towards the frame's end.
    let slots = 1;
    for (let index = spot.index - 1; index >= 0; index--, slots++) {
      const iter = values.getSlot(valueAt(now, slotSpot(spot.frame, index)))?.iter ?? null;
      if (iter === null || iter.first) break;
    }
    return { spot, slot: spotName(spot), bytes: slots * 8, after: found.step - 1 };
  }

  /** The iterators of the frames that exist before `step`. `before` is the state before the step before it on its path. */
  at(step: number, now: Cursor, before: Cursor | null): IterView[] {
    const out: IterView[] = [];
    for (const home of this.#homes) {
      const { spot } = home;
      if (spot.frame >= now.depth) continue;
      const { values } = this.trace.data;
      const iter = values.getSlot(valueAt(now, spot))?.iter ?? null;
      const past = iter === null ? this.#pastLife(home, step) : null;
      if (iter === null && past === null && spot.frame > 0) continue;
      const state = iter !== null ? iter.state : past === null ? 'none' : 'gone';
      const changed = before !== null && valueAt(before, spot) !== valueAt(now, spot);
      out.push({
        name: home.variable ?? spotName(spot),
        type: (iter ?? past)?.type ?? home.type,
        spot,
        // A reference that was given back is none.
        ref: iter?.refObjId ?? 0,
        state,
        depth: (iter ?? past)?.depth ?? 0,
        changed,
        structs: home.structs,
        contract: this.#contract(step, home, state),
      });
    }
    return out;
  }

  // What lived there earlier on this path.
  #pastLife(home: Home, step: number): StackSlot['iter'] {
    for (const { first, last } of lineage(this.trace, step, 2000)) {
      for (let i = upperBound(home.steps, last) - 1; i >= 0 && home.steps[i]! > first; i--) {
        const iter = this.trace.data.values.getSlot(home.values[i]!)?.iter;
        if (iter != null) return iter;
      }
      const iter = this.trace.data.values.getSlot(valueAt(this.trace.cursor(first), home.spot))?.iter;
      if (iter != null) return iter;
    }
    return null;
  }

  #contract(step: number, home: Home, state: IterView['state']): IterView['contract'] {
    const rejection = step === this.trace.steps ? this.trace.data.rejection : null;
    const leaked = rejection !== null && OF_REFERENCES.has(rejection.kind) && state !== 'none' && state !== 'gone';
    const blamed = rejection?.blame.some((blamed) => sameSpot(blamed, home.spot)) === true;
    const twice = blamed && state === 'gone';
    const early = blamed && state === 'none';
    const checked = this.#nullChecked(step, home, state);
    const depth = this.trace.steps === 0 ? 0 : this.trace.cursor(step).depth - 1;
    const unchecked =
      rejection !== null &&
      checked.state === 'open' &&
      OF_NULL.has(rejection.kind) &&
      rejection.blame.some(
        ({ what, frame, index }) => frame === depth && what === 'reg' && checked.held.includes(index),
      );
    return [
      {
        id: 'constructed',
        ...(early
          ? { text: 'used before it was constructed', state: 'broken' }
          : state === 'none'
            ? { text: 'not constructed yet', state: 'open' }
            : { text: 'constructed once', state: 'met' }),
      },
      {
        id: 'null-checked',
        ...(unchecked
          ? { text: 'NULL was not checked', state: 'broken' }
          : { text: CHECKED_WORDS[checked.state], state: checked.state === 'met' ? 'met' : 'open' }),
      },
      {
        id: 'destroyed',
        ...(leaked
          ? { text: 'not destroyed when the program ends', state: 'broken' }
          : twice
            ? { text: 'used after it was destroyed', state: 'broken' }
            : state === 'gone'
              ? { text: 'destroyed once', state: 'met' }
              : { text: 'not yet destroyed on this path', state: 'open' }),
      },
    ];
  }

  // Looks back along the path for the last call of this iterator's next (the one that changed its state), and whether its result was compared with
  // NULL since: that very value, in whatever register or stack slot it is kept.
  #nullChecked(step: number, home: Home, state: IterView['state']): Checked {
    if (state === 'none') return { state: 'none', held: [] };
    const { spot } = home;
    let later = step;
    const since: number[] = [];
    const { pcs } = this.trace.data;
    for (const { first, last } of lineage(this.trace, step, 256)) {
      for (let s = last; s >= first; s--) {
        // The instruction at `step` itself is still to come; a next that forked counts for both of its paths.
        if (s === step) continue;
        if (since.length > LOOK_BACK) return { state: 'far', held: [] };
        const method = this.text.iteratorMethod(pcs[s - 1]!);
        if (
          (method === 'next' || method === 'new') &&
          valueAt(this.trace.cursor(s), spot) !== valueAt(this.trace.cursor(later), spot)
        )
          return method === 'new' ? { state: 'none', held: [] } : this.#followed(since.reverse());
        later = s;
        since.push(s);
      }
    }
    return { state: 'none', held: [] };
  }

  // Follows what a call returned through the steps after it.
  #followed(steps: readonly number[]): Checked {
    const { insns } = this.text.program;
    // Places of the result, by function: registers as 0..9, stack slots by their offset from the frame pointer, which is below 0.
    const frames: Set<number>[] = [new Set([0])];
    let compared = false;
    for (const s of steps) {
      const insn = insns[this.trace.pc(s)];
      const held = frames.at(-1);
      if (insn === undefined || held === undefined) break;
      const cls = classOf(insn.code);
      if (insn.code === CALL) {
        if (insn.src === BPF_PSEUDO_CALL) frames.push(new Set([1, 2, 3, 4, 5].filter((r) => held.has(r))));
        for (let r = 0; r <= 5; r++) held.delete(r);
      } else if (insn.code === EXIT) {
        frames.pop();
        const caller = frames.at(-1) ?? frames[frames.push(new Set()) - 1]!;
        if (held.has(0)) caller.add(0);
        else caller.delete(0);
      } else if (cls === BPF_JMP || cls === BPF_JMP32) {
        const op = opOf(insn.code);
        const asksForNull = (op === BPF_JEQ || op === BPF_JNE) && !isRegisterSource(insn.code) && insn.imm === 0;
        compared ||= asksForNull && held.has(insn.dst);
      } else if (cls === BPF_LDX) {
        if (insn.src === 10 && held.has(insn.off)) held.add(insn.dst);
        else held.delete(insn.dst);
      } else if (cls === BPF_STX || cls === BPF_ST) {
        if (insn.dst !== 10) continue;
        if (cls === BPF_STX && held.has(insn.src)) held.add(insn.off);
        else held.delete(insn.off);
      } else if (cls === BPF_ALU64 && opOf(insn.code) === BPF_MOV && isRegisterSource(insn.code) && insn.off === 0) {
        if (held.has(insn.src)) held.add(insn.dst);
        else held.delete(insn.dst);
      } else held.delete(insn.dst);
    }
    const held = [...(frames.at(-1) ?? [])].filter((place) => place >= 0);
    return { state: compared ? 'met' : 'open', held };
  }
}

/** Whether the result of an iterator's last next was compared with NULL; `far` when that was too long ago to tell. */
interface Checked {
  readonly state: 'met' | 'open' | 'none' | 'far';
  /** Registers of the running function that hold the result. */
  readonly held: readonly number[];
}

const CHECKED_WORDS: Readonly<Record<Checked['state'], string>> = {
  met: 'NULL was checked',
  open: 'NULL not checked yet',
  none: 'next not called yet',
  far: 'next was called long ago',
};

/** Most steps that are looked back over for the last next. */
const LOOK_BACK = 4_000;

function upperBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
