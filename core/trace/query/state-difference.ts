import type { Spot } from '../../verifier/values/spot.ts';
import { regSpot, slotSpot } from '../../verifier/values/spot.ts';
import { NOT_INIT } from '../../verifier/values/reg.ts';
import type { Reg } from '../../verifier/values/reg.ts';
import type { StackSlot } from '../../verifier/values/stack.ts';
import type { Trace } from '../record/trace.ts';
import { REGS } from '../record/values.ts';
import type { StateIds } from '../record/values.ts';
import { dynptrText, regText } from './kernel-text.ts';
import { lineage } from './lineage.ts';
import type { ProgramText } from './program-text.ts';

/** One state of a recorded walk: that before a step's instruction, or one that was stored. */
export interface Known {
  readonly trace: Trace;
  readonly text: ProgramText;
  readonly state: StateIds;
  /** The step at which the walk was in it. */
  readonly step: number;
}

/**
 * How a place of one state and the same place of another relate: the `same`; the same but for a mark or a number that tells it from others (`marked`);
 * another value (`changed`); known on one side alone.
 */
export type Relation = 'same' | 'marked' | 'changed' | 'only-from' | 'only-to';

/** A register or stack slot of two states. The numbers are those of each side's trace, 0 for nothing. */
export interface ValueDifference {
  readonly spot: Spot;
  readonly relation: Relation;
  readonly from: number;
  readonly to: number;
}
/** The function that a frame runs, and where it was called; null where a state has no such frame. */
export interface CallDifference {
  readonly frame: number;
  readonly relation: Exclude<Relation, 'marked'>;
  readonly from: Called | null;
  readonly to: Called | null;
}
interface Called {
  readonly subprog: number;
  readonly callsite: number;
}
/** A reference that is held: the instructions that took it, -1 where it is not held. */
export interface ReferenceDifference {
  readonly id: number;
  readonly relation: Exclude<Relation, 'marked'>;
  readonly from: number;
  readonly to: number;
}
/** Sections that a path is in: how many RCU read sections, how often preemption is off. */
export interface Sections {
  readonly rcu: number;
  readonly preempt: number;
}

/** Two states of a walk, or of two, place by place. What neither has is left out. */
export interface StateDifference {
  readonly calls: readonly CallDifference[];
  readonly values: readonly ValueDifference[];
  readonly references: readonly ReferenceDifference[];
  readonly sections: { readonly from: Sections; readonly to: Sections };
}

/** What differs between two states, which may be of two programs' walks: places are told by their names. */
export function stateDifference(from: Known, to: Known): StateDifference {
  const frames = Math.max(from.state.frames.length, to.state.frames.length);
  const values: ValueDifference[] = [];
  const calls: CallDifference[] = [];
  for (let frame = 0; frame < frames; frame++) {
    const [a, b] = [from.state.frames[frame], to.state.frames[frame]];
    calls.push({ frame, relation: callRelation(from, to, frame), from: a ?? null, to: b ?? null });
    const add = (spot: Spot, one = 0, other = 0): void => {
      const relation = relationOf(from, to, spot, one, other);
      if (relation !== null) values.push({ spot, relation, from: one, to: other });
    };
    for (let reg = 0; reg < REGS; reg++) add(regSpot(frame, reg), a?.regs[reg], b?.regs[reg]);
    const slots = Math.max(a?.slots.length ?? 0, b?.slots.length ?? 0);
    for (let spi = 0; spi < slots; spi++) add(slotSpot(frame, spi), a?.slots[spi], b?.slots[spi]);
  }
  return {
    calls,
    values,
    references: references(from.state.refs, to.state.refs),
    sections: { from: sectionsAt(from), to: sectionsAt(to) },
  };
}

function callRelation(from: Known, to: Known, frame: number): CallDifference['relation'] {
  const [a, b] = [from.state.frames[frame], to.state.frames[frame]];
  if (a === undefined) return 'only-to';
  if (b === undefined) return 'only-from';
  const name = (known: Known, subprog: number): string => known.text.subprogs[subprog]?.name ?? String(subprog);
  return a.callsite === b.callsite && name(from, a.subprog) === name(to, b.subprog) ? 'same' : 'changed';
}

// Null for what neither state knows anything of.
function relationOf(from: Known, to: Known, spot: Spot, one: number, other: number): Relation | null {
  const { values: mine } = from.trace.data;
  const { values: theirs } = to.trace.data;
  if (spot.what === 'reg') {
    const [a, b] = [readable(mine.getReg(one)), readable(theirs.getReg(other))];
    if (a === null && b === null) return null;
    if (a === null) return 'only-to';
    if (b === null) return 'only-from';
    if (mine.same(one, theirs, other)) return 'same';
    return regWords(a, spot.frame, from.text) === regWords(b, spot.frame, to.text) ? 'marked' : 'changed';
  }
  const [a, b] = [mine.getSlot(one), theirs.getSlot(other)];
  if (a === null && b === null) return null;
  if (a === null) return 'only-to';
  if (b === null) return 'only-from';
  if (mine.same(one, theirs, other)) return 'same';
  return slotKey(a, spot.frame, from.text) === slotKey(b, spot.frame, to.text) ? 'marked' : 'changed';
}

const readable = (reg: Reg | null): Reg | null => (reg === null || reg.type === NOT_INIT ? null : reg);

/** A value as the log writes it, without its number and without the mark of one that is needed exactly. */
const regWords = (reg: Reg, frame: number, text: ProgramText): string =>
  regText(reg.withPrecise(false).with({ id: 0 }), frame, text.kernelBtf, text.object.btf);

function slotKey({ types, spilled, iter, dynptr }: StackSlot, frame: number, text: ProgramText): string {
  const inside =
    iter !== null
      ? JSON.stringify(iter)
      : dynptr !== undefined
        ? `${dynptrText(dynptr)} ${dynptr.first}`
        : spilled === null
          ? ''
          : regWords(spilled, frame, text);
  return `${String(types)} ${inside}`;
}

function references(from: StateIds['refs'], to: StateIds['refs']): ReferenceDifference[] {
  const taken = (refs: StateIds['refs'], id: number): number => refs.find((ref) => ref.id === id)?.insn ?? -1;
  return [...new Set([...from, ...to].map(({ id }) => id))]
    .sort((a, b) => a - b)
    .map((id) => {
      const [a, b] = [taken(from, id), taken(to, id)];
      const relation = a < 0 ? 'only-to' : b < 0 ? 'only-from' : a === b ? 'same' : 'changed';
      return { id, relation, from: a, to: b };
    });
}

/** The sections that the path to a state has entered and not left: counted along the path, as the verifier counts them in the state. */
export function sectionsAt({ trace, text, step }: Pick<Known, 'trace' | 'text' | 'step'>): Sections {
  const effects = text.program.insns.map((_, insn) => {
    const name = text.calls(insn);
    return name === undefined ? undefined : text.kernel?.kfuncs.find(name)?.descriptor.effect;
  });
  const counts = { rcu: 0, preempt: 0 };
  if (effects.every((effect) => effect === undefined)) return counts;
  const { pcs, paths } = trace.data;
  for (const { path, first, last } of lineage(trace, step, Infinity)) {
    for (let at = last; at >= first; at--) {
      // The instruction of the step itself is still to come.
      const effect = at === step ? undefined : effects[pcs[at - 1]!];
      if (effect === 'rcu-lock') counts.rcu++;
      else if (effect === 'rcu-unlock') counts.rcu--;
      else if (effect === 'preempt-disable') counts.preempt++;
      else if (effect === 'preempt-enable') counts.preempt--;
    }
    // What the kernel calls later, by itself, begins in no section.
    const fork = paths[path]?.fork ?? -1;
    if (fork >= 0 && trace.fork(fork)?.kind === 'async-callback') break;
  }
  return counts;
}
