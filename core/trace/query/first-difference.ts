import type { Spot } from '../../verifier/values/spot.ts';
import { regSpot, slotSpot } from '../../verifier/values/spot.ts';
import type { ForkKind, PathEnd } from '../../verifier/sink.ts';
import { Cursor, WHAT_FRAMES, WHAT_REG, WHAT_SLOT } from '../record/trace.ts';
import type { Trace } from '../record/trace.ts';
import { MAX_SLOTS, REGS } from '../record/values.ts';

/** Something that happened at a step, as far as two walks can be compared by it. */
export type WalkEvent =
  | { readonly what: 'fork'; readonly step: number; readonly kind: ForkKind; readonly waitsAt: number }
  | { readonly what: 'checkpoint'; readonly step: number; readonly checkpoint: number; readonly pc: number }
  | { readonly what: 'comparison'; readonly step: number; readonly checkpoint: number; readonly equal: boolean }
  | { readonly what: 'path-end'; readonly step: number; readonly end: PathEnd; readonly checkpoint: number };

/** Where two walks part first, and in what. `left` and `right` are null where that walk has nothing there. */
export type WalkDifference =
  /** Another instruction is processed, or one walk has ended. */
  | { readonly kind: 'instruction'; readonly step: number; readonly left: number | null; readonly right: number | null }
  /** The same instruction is processed in another state; `location` names the first register or slot, and is null where frames or references differ. */
  | { readonly kind: 'state'; readonly step: number; readonly pc: number; readonly location: Spot | null }
  | { readonly kind: 'event'; readonly step: number; readonly left: WalkEvent | null; readonly right: WalkEvent | null }
  /** The walks are the same, and still the verdicts differ (errno; null: unsupported). */
  | { readonly kind: 'verdict'; readonly left: number | null; readonly right: number | null };

/** The first place at which two sequences part, by `same`; -1 when they are equal and equally long. */
export function parting<T>(left: readonly T[], right: readonly T[], same: (a: T, b: T) => boolean): number {
  const common = Math.min(left.length, right.length);
  for (let i = 0; i < common; i++) if (!same(left[i]!, right[i]!)) return i;
  return left.length === right.length ? -1 : common;
}

/** The instruction of the right program that an instruction of the left one became; -1 for one that is not there any more. */
export type Became = (insn: number) => number;

const ITSELF: Became = (insn) => insn;

/**
 * Where two recorded walks part first; null when they are the same, verdict included. Of what parts at one step, instruction and state come before the
 * events.
 * @param became where the right program was made from the left one by editing; else instructions are told by their places alone
 */
export function firstDifference(left: Trace, right: Trace, became: Became = ITSELF): WalkDifference | null {
  const found = [stepDifference(left, right, became), ...eventDifferences(left, right, became)].filter(
    (one) => one !== null,
  );
  const first = found.reduce<(typeof found)[number] | null>(
    (best, one) => (best === null || one.step < best.step ? one : best),
    null,
  );
  if (first !== null) return first;
  const [a, b] = [left.data.stats.errno, right.data.stats.errno];
  return a === b ? null : { kind: 'verdict', left: a, right: b };
}

type AtStep = Exclude<WalkDifference, { kind: 'verdict' }>;

function stepDifference(left: Trace, right: Trace, became: Became): AtStep | null {
  const states = new States(left, right, became);
  const steps = Math.max(left.steps, right.steps);
  for (let step = 1; step <= steps; step++) {
    const [a, b] = [left.data.pcs[step - 1] ?? null, right.data.pcs[step - 1] ?? null];
    if (a === null || b === null || became(a) !== b) return { kind: 'instruction', step, left: a, right: b };
    if (!states.same(step)) return { kind: 'state', step, pc: a, location: states.where() };
  }
  return null;
}

function eventDifferences(left: Trace, right: Trace, became: Became): (AtStep | null)[] {
  const parts = (of: (trace: Trace) => readonly WalkEvent[]): AtStep | null => {
    const [a, b] = [of(left), of(right)];
    const at = parting(a, b, (one, other) => sameEvent(one, other, became));
    if (at < 0) return null;
    const [one, other] = [a[at] ?? null, b[at] ?? null];
    const step = Math.min(one?.step ?? Infinity, other?.step ?? Infinity);
    return { kind: 'event', step, left: one?.step === step ? one : null, right: other?.step === step ? other : null };
  };
  return [
    parts(({ data }) =>
      data.comparisons.map(({ step, checkpoint, equal }) => ({ what: 'comparison', step, checkpoint, equal })),
    ),
    parts(({ data }) => data.checkpoints.map(({ step, id, pc }) => ({ what: 'checkpoint', step, checkpoint: id, pc }))),
    parts(({ data }) => data.forks.map(({ step, kind, waitsAt }) => ({ what: 'fork', step, kind, waitsAt }))),
    parts(({ data }) =>
      data.paths.map(({ lastStep, end, checkpoint }) => ({ what: 'path-end', step: lastStep, end, checkpoint })),
    ),
  ];
}

function sameEvent(a: WalkEvent, b: WalkEvent, became: Became): boolean {
  if (a.step !== b.step) return false;
  if (a.what === 'fork') return b.what === 'fork' && a.kind === b.kind && became(a.waitsAt) === b.waitsAt;
  if (a.what === 'checkpoint') return b.what === 'checkpoint' && a.checkpoint === b.checkpoint && became(a.pc) === b.pc;
  if (a.what === 'comparison') return b.what === 'comparison' && a.checkpoint === b.checkpoint && a.equal === b.equal;
  return b.what === 'path-end' && a.end === b.end && a.checkpoint === b.checkpoint;
}

/** The states of two walks, followed step by step. */
class States {
  readonly #left = new Cursor();
  readonly #right = new Cursor();
  /** Values that were found to be the same: the right one's number by the left one's. */
  readonly #known = new Map<number, number>();

  constructor(
    private readonly left: Trace,
    private readonly right: Trace,
    private readonly became: Became,
  ) {}

  /** Goes to a step, the one after the last one asked about, and says whether the states before its instruction are the same. */
  same(step: number): boolean {
    const [a, b] = [changes(this.left, step), changes(this.right, step)];
    const alike = this.#alike(a, b);
    this.#left.apply(a, 0, a.length);
    this.#right.apply(b, 0, b.length);
    return alike || this.#differs() === 'nowhere';
  }

  /** The first register or slot in which the states differ, null for something else. */
  where(): Spot | null {
    const place = this.#differs();
    return place === 'nowhere' ? null : place;
  }

  // Whether the changes are the same, word by word, which leaves equal states equal.
  #alike(a: Uint32Array, b: Uint32Array): boolean {
    if (a.length !== b.length) return false;
    for (let at = 0; at < a.length;) {
      const head = a[at]!;
      if (head !== b[at]) return false;
      at++;
      const what = head >>> 11;
      if (what === WHAT_REG || what === WHAT_SLOT) {
        if (!this.#sameValue(a[at]!, b[at]!)) return false;
        at++;
        continue;
      }
      const end = what === WHAT_FRAMES ? at + 2 * (head & 127) : at + 1 + 2 * a[at]!;
      for (; at < end; at++) if (a[at] !== b[at]) return false;
    }
    return true;
  }

  #sameValue(a: number, b: number): boolean {
    if (this.#known.get(a) === b) return true;
    if (!this.left.data.values.same(a, this.right.data.values, b)) return false;
    this.#known.set(a, b);
    return true;
  }

  #differs(): Spot | 'nowhere' | null {
    const [a, b] = [this.#left, this.#right];
    if (a.depth !== b.depth) return null;
    for (let frame = 0; frame < a.depth; frame++) {
      if (a.subprogs[frame] !== b.subprogs[frame] || !this.#samePlace(a.callsites[frame]!, b.callsites[frame]!))
        return null;
      for (let reg = 0; reg < REGS; reg++)
        if (!this.#sameValue(a.regs[frame * REGS + reg]!, b.regs[frame * REGS + reg]!)) return regSpot(frame, reg);
      for (let spi = 0; spi < MAX_SLOTS; spi++)
        if (!this.#sameValue(a.slots[frame * MAX_SLOTS + spi]!, b.slots[frame * MAX_SLOTS + spi]!))
          return slotSpot(frame, spi);
    }
    // References as pairs of their number and the instruction that took them.
    const sameRefs =
      a.refs.length === b.refs.length &&
      a.refs.every((one, i) => (i % 2 === 0 ? one === b.refs[i] : this.#samePlace(one, b.refs[i]!)));
    return sameRefs ? 'nowhere' : null;
  }

  #samePlace(left: number, right: number): boolean {
    return left < 0 ? left === right : this.became(left) === right;
  }
}

/** The changes that lead to the state before a step. */
function changes({ data }: Trace, step: number): Uint32Array {
  return data.deltas.subarray(step === 1 ? 0 : data.ends[step - 2], data.ends[step - 1]);
}
