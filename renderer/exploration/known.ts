import type { SessionEntry } from '../../core/engine/protocol.ts';
import { baseName } from '../format.ts';
import type { Exploration, InsnLine, SessionInfo, StepView, Verdict, WhyView } from '../../core/trace/views/view.ts';
import { say } from '../words/index.ts';

/** The axis of a walk whose length is not told is at least so many steps long, and this much longer than what was walked. */
const SHORTEST = 24;
const AHEAD = 1.5;

/** What a walk is asked about: the session on show, and where in it the window is. */
export interface Seen {
  readonly info: SessionInfo | null;
  /** Null until it has been laid out. */
  readonly exploration: Exploration | null;
  readonly why: WhyView | null;
  /** Step of the playhead; any step beyond the end where what comes after it may be shown. */
  readonly step: number;
}

/** What is known of a walk when the playhead is somewhere in it. Whatever the window says of a walk is asked of this. */
export interface Known {
  /** Everything: the future is shown, or the walk is at its end. */
  readonly all: boolean;
  /** The last step of which something is known. */
  readonly until: number;
  /** Length of the axis on which the walk is drawn, steps: its own, or one that does not tell it. */
  readonly extent: number;
  /** Null while it is not known. */
  readonly verdict: Verdict | null;
  /** Why it was rejected; null while that is not known, and for an accepted program. */
  readonly why: WhyView | null;
  /** Whether the walk has forked, or stored a state, at an instruction. */
  readonly forked: (insn: InsnLine) => boolean;
  readonly stored: (insn: InsnLine) => boolean;
  /** A step's view, without what comes after it. */
  readonly view: (view: StepView) => StepView;
  /** Lines of lists: of the program on show no verdict is told while it is not known. */
  readonly entry: (entry: SessionEntry) => KnownEntry;
  /** Whether a verdict may stand beside a program of this name and file. */
  readonly tells: (program: string, file: string) => boolean;
}
/** A line of a list of programs. */
export interface KnownEntry extends SessionEntry {
  /** Its verdict is not told: the walk on show has not come to its end. */
  readonly open?: true;
}

/** An axis for a walk of which so many steps are known: it grows by doubling, so that its length says nothing of what is ahead. */
export function extentOf(until: number): number {
  let extent = SHORTEST;
  while (extent < until * AHEAD) extent *= 2;
  return extent;
}

/** What lists say of a program whose verdict is not told. */
export const OPEN_WORDS = say.exploration.known.verdictAtTheEndOf;

export function knownOf({ info, exploration, why, step }: Seen): Known {
  const steps = info?.steps ?? 0;
  if (info === null || step >= steps)
    return {
      all: true,
      until: steps,
      extent: steps,
      verdict: info?.verdict ?? null,
      why,
      forked: ({ forks }) => forks,
      stored: ({ checkpoints }) => checkpoints,
      view: (view) => view,
      entry: (entry) => entry,
      tells: () => true,
    };
  const until = Math.max(1, step);
  const first = exploration === null ? null : firstMarks(exploration);
  return {
    all: false,
    until,
    extent: extentOf(until),
    verdict: null,
    why: null,
    forked: ({ index }) => (first?.forks.get(index) ?? Infinity) <= until,
    stored: ({ index }) => (first?.checkpoints.get(index) ?? Infinity) <= until,
    view: soFar,
    entry: (entry) =>
      entry.session === info.id
        ? {
            ...entry,
            summary: say.exploration.known.entryOpen(entry.program),
            accepted: null,
            errno: null,
            processed: 0,
            open: true,
          }
        : entry,
    tells: (program, file) => program !== info.program || file !== baseName(info.file),
  };
}

// Blame belongs to the last step alone, and there everything is known.
const soFar = (view: StepView): StepView => ({ ...view, words: view.soFar.words, events: view.soFar.events });

interface FirstMarks {
  readonly forks: ReadonlyMap<number, number>;
  readonly checkpoints: ReadonlyMap<number, number>;
}
const marks = new WeakMap<Exploration, FirstMarks>();

/** The step at which each instruction forked first, and stored a state. */
function firstMarks(exploration: Exploration): FirstMarks {
  const found = marks.get(exploration);
  if (found !== undefined) return found;
  const { packed } = exploration;
  const made = {
    forks: packed === undefined ? byPc(exploration.forks) : byColumns(packed.forks),
    checkpoints: packed === undefined ? byPc(exploration.checkpoints) : byColumns(packed.checkpoints),
  };
  marks.set(exploration, made);
  return made;
}
const byPc = (list: Iterable<{ readonly pc: number; readonly step: number }>): ReadonlyMap<number, number> => {
  const first = new Map<number, number>();
  for (const { pc, step } of list) if (step < (first.get(pc) ?? Infinity)) first.set(pc, step);
  return first;
};
function byColumns(columns: { readonly pc: Uint32Array; readonly step: Uint32Array }): ReadonlyMap<number, number> {
  const first = new Map<number, number>();
  columns.pc.forEach((pc, i) => {
    const step = columns.step[i]!;
    if (step < (first.get(pc) ?? Infinity)) first.set(pc, step);
  });
  return first;
}
