// The view model: what the instruments draw, computed from a trace. Plain data, structured-cloneable. All words are made here, none in the renderer.

import type { Breach } from '../../vm/contract-monitor.ts';
import type { Spot } from '../../verifier/values/spot.ts';
import type { DifferentLine } from '../query/source-fit.ts';
import type { IterStructs } from './iter-struct.ts';
import type { IteratorOffer } from './seq-file-view.ts';
import type { RejectionKind } from '../../verifier/rejection.ts';

/** Kinds of a value, for colour and shape. */
export type ValueKind = 'unreadable' | 'scalar' | 'pointer' | 'null' | 'map' | 'context';

export interface Verdict {
  readonly accepted: boolean;
  /** 0 or a negative errno; null when unsupported. */
  readonly errno: number | null;
  readonly unsupported?: string;
  readonly processed: number;
  readonly totalStates: number;
  readonly peakStates: number;
  readonly maxStatesPerInsn: number;
  /** Measured time of the verification, microseconds. */
  readonly timeUs: number;
}

/** One instruction of the program's listing. */
export interface InsnLine {
  readonly index: number;
  /** The kernel's text without index and opcode: `r1 = r7`, `call bpf_iter_num_next`. Empty for the second slot of a lddw. */
  readonly text: string;
  /** Index in `sources`, -1 if there is no line info. */
  readonly source: number;
  /** 1-based line number in that source. */
  readonly line: number;
  readonly subprog: number;
  /** Marks an instrument may show in the gutter. */
  readonly forks: boolean;
  readonly checkpoints: boolean;
}

export interface SourceFile {
  readonly name: string;
  /** Full text if it is known and fits the lines that the object tells of, else lines put together from line info, missing ones empty. */
  readonly text: string;
  readonly complete: boolean;
  /** Of a complete one: the lines that are others in the object, and what they were when it was compiled. */
  readonly different?: readonly DifferentLine[];
}

/** A world of the simulated machine. */
export interface WorldInfo {
  /** Tells worlds of one engine apart; 0 for the one that stands by default. */
  readonly id: number;
  /** Empty for one that has none. */
  readonly title: string;
  /** Not the one that stands by default. */
  readonly own: boolean;
  /** How much there is of what, as its file calls it: `tasks`, `cgroups`. */
  readonly counts: readonly { readonly what: string; readonly count: number }[];
}

export interface SessionInfo {
  readonly id: number;
  readonly file: string;
  readonly program: string;
  readonly section: string;
  /** Program type as veristat prints it: `raw_tracepoint`, `xdp`, … and short for the header: `raw_tp`. */
  readonly progType: string;
  readonly verdict: Verdict;
  /** By which rules it was verified: `Linux 6.18 rules`. */
  readonly rules: string;
  /** One line that says that its rules are no kernel's; empty for those of a kernel. */
  readonly notice: string;
  /** By a model that was derived from the kernel's: no kernel does all that it does. */
  readonly derived: boolean;
  /** The world in which it is run and read. */
  readonly world: WorldInfo;
  /** Number of steps in the trace = processed instructions (0 when rejected before the walk). */
  readonly steps: number;
  readonly insns: readonly InsnLine[];
  readonly sources: readonly SourceFile[];
  readonly subprogs: readonly { readonly name: string; readonly start: number }[];
  /** Breakpoints set in the terminal or gutter. */
  readonly breakpoints: readonly number[];
  /** What it can be attached to and read with: an accepted iterator program. */
  readonly iterator?: IteratorOffer;
}

/** One explored path: a lane. Steps are 1-based and inclusive; a path is contiguous in steps. */
export interface PathLane {
  readonly id: number;
  /** Fork it was taken from, -1 for the first. */
  readonly fork: number;
  readonly firstStep: number;
  readonly lastStep: number;
  readonly end: 'exit' | 'pruned' | 'rejected' | 'stopped';
  /** Why it was walked, in the learner's words: `then non-NULL: active`, `w1 is 0`; empty for the first. */
  readonly label: string;
  readonly outcome: 'null' | 'non-null' | 'taken' | 'not-taken' | 'start';
}
export interface ForkMark {
  readonly id: number;
  /** Step at which it forked (the instruction that was processed). */
  readonly step: number;
  readonly pc: number;
  readonly kind: 'next' | 'branch' | 'may_goto' | 'callback' | 'all-or-none' | 'async-callback' | 'lock';
  /** Lane on which it lies. */
  readonly path: number;
  /** Lane that waited, and the step at which it was taken up (0 if never). */
  readonly child: number;
  readonly resumedAt: number;
  /** What the lane that goes on at once takes: `NULL first: drained`. */
  readonly label: string;
  /** Why it forks: e.g. `next may return NULL or an element`, `w1 may be 0 or not`. */
  readonly reason: string;
}
export interface CheckpointMark {
  readonly id: number;
  readonly step: number;
  readonly pc: number;
  readonly path: number;
}
export interface PruneMark {
  /** Step after which the path was found covered. */
  readonly step: number;
  readonly pc: number;
  readonly path: number;
  readonly checkpoint: number;
  /** `covered by the checkpoint at 15: every later round looks the same`. */
  readonly label: string;
}
/** What an array and a set of columns have in common. */
export interface Rows<T> extends Iterable<T> {
  readonly length: number;
  at(i: number): T | undefined;
}
/**
 * An exploration as columns of numbers, so that one of 150,000 paths crosses to the window as a few blocks of memory, and is drawn without an object
 * for each. Words are places in `texts`; ids that an exploration does not have are -1.
 */
export interface PackedExploration {
  readonly steps: number;
  /** pc of every step; index 0 is step 1. */
  readonly pcs: Uint32Array;
  readonly texts: readonly string[];
  readonly paths: {
    readonly id: Int32Array;
    readonly fork: Int32Array;
    readonly first: Uint32Array;
    readonly last: Uint32Array;
    /** Place in `PATH_ENDS`. */
    readonly end: Uint8Array;
    /** Place in `OUTCOMES`. */
    readonly outcome: Uint8Array;
    /** What the fork that it comes from decided of an iterator on it: place in `ITERATOR_STATES`. */
    readonly iterator: Uint8Array;
    readonly label: Uint32Array;
  };
  readonly forks: {
    readonly id: Int32Array;
    readonly step: Uint32Array;
    readonly pc: Uint32Array;
    /** Place in `FORK_KINDS`. */
    readonly kind: Uint8Array;
    /** What it decides of an iterator on the path that goes on at once: place in `ITERATOR_STATES`. */
    readonly iterator: Uint8Array;
    readonly path: Int32Array;
    readonly child: Int32Array;
    readonly resumedAt: Uint32Array;
    readonly label: Uint32Array;
    readonly reason: Uint32Array;
  };
  readonly checkpoints: {
    readonly id: Int32Array;
    readonly step: Uint32Array;
    readonly pc: Uint32Array;
    readonly path: Int32Array;
  };
  readonly prunes: {
    readonly step: Uint32Array;
    readonly pc: Uint32Array;
    readonly path: Int32Array;
    readonly checkpoint: Int32Array;
    readonly label: Uint32Array;
  };
  /** The function that the walk is in: from each of these steps on, until the next. */
  readonly frames: {
    readonly step: Uint32Array;
    /** Frames on the stack, 1 in the program itself. */
    readonly depth: Uint8Array;
    /** Place in `SessionInfo.subprogs`. */
    readonly subprog: Uint32Array;
  };
}

export interface Exploration {
  readonly steps: number;
  readonly paths: Rows<PathLane>;
  readonly forks: Rows<ForkMark>;
  readonly checkpoints: Rows<CheckpointMark>;
  readonly prunes: Rows<PruneMark>;
  /** pc of every step; index 0 is step 1. */
  readonly pcs: Uint32Array;
  /** The columns that it stands on, where it came from the engine. */
  readonly packed?: PackedExploration;
}

export interface Range {
  /** Smallest and largest value as text, grouped or as powers of two. */
  readonly min: string;
  readonly max: string;
  /** Where the range lies on a log-like axis of its type, 0..1. */
  readonly from: number;
  readonly to: number;
}
export interface RegView {
  readonly name: string;
  readonly kind: ValueKind;
  /** Short type for the badge: `fp`, `u32`, `u64`, `ctx`, `map`, `0`. */
  readonly badge: string;
  /** The kernel's text: `fp-8`, `scalar(smin=0,…)`. */
  readonly kernel: string;
  /** The learner's words: `NULL, so the loop ends here`, `any of 4 294 967 296`. */
  readonly words: string;
  readonly range?: Range;
  /** Of a number that the last step changed: where it and the number before lie on the ruler. */
  readonly moved?: { readonly from: Range; readonly to: Range };
  readonly precise: boolean;
  readonly changed: boolean;
  readonly blamed: boolean;
  /** Of a number: since which step so little is known of it, and why: `any number since 12: …`. */
  readonly lost?: { readonly step: number; readonly pc: number; readonly words: string };
  /** Stack slot it points at. */
  readonly target?: { readonly spot: Spot; readonly label: string };
}
export interface SlotView {
  readonly spot: Spot;
  /** `fp-8`. */
  readonly name: string;
  /** Eight letters as the log writes them, lowest address last as the kernel prints (`iiiiiiii`, `mmmm0000`, `????rrrr`). */
  readonly bytes: string;
  readonly kernel: string;
  readonly words: string;
  readonly changed: boolean;
  readonly blamed: boolean;
}
/** One part of what an iterator asks of a program, and whether it was kept. */
export interface ContractRow {
  readonly id: 'constructed' | 'null-checked' | 'destroyed';
  readonly text: string;
  readonly state: 'met' | 'open' | 'broken';
}
export interface IterView {
  /** Name of the C variable if known, else `fp-8`. */
  readonly name: string;
  readonly type: string;
  /** The slot at which its state begins. */
  readonly spot: Spot;
  readonly ref: number;
  readonly state: 'none' | 'active' | 'drained' | 'gone';
  readonly depth: number;
  readonly changed: boolean;
  /** The structure that lies there, from BTF; null where no types tell. */
  readonly structs: IterStructs | null;
  readonly contract: readonly ContractRow[];
}
export interface FrameState {
  readonly name: string;
  /** Bytes that its stack may have. */
  readonly stackSize: number;
  readonly regs: readonly RegView[];
  readonly slots: readonly SlotView[];
  readonly bytesUsed: number;
}
/** Everything the panes show at one step: the state before the instruction at `pc` is processed. */
export interface StepView {
  readonly step: number;
  readonly pc: number;
  readonly path: number;
  /** `step 23 of 35, before 16: if r0 != 0x0 goto pc-7`. */
  readonly words: string;
  /** What happens at this step: fork, prune, checkpoint, iterator transition; empty when nothing special. */
  readonly events: readonly string[];
  /** `words` and `events` for who is not to know what comes later: not how long the walk is, and not which way it goes on. */
  readonly soFar: { readonly words: string; readonly events: readonly string[] };
  /** Innermost last. */
  readonly frames: readonly FrameState[];
  readonly iters: readonly IterView[];
  readonly refs: readonly { readonly id: number; readonly insn: number }[];
}

/**
 * How a stored and a current value relate: the `same`; the one that `blocked` the match; `unread` from here on; `absent` in the stored state, so that anything does; a number that nothing depends on,
 * so that `any-number` does; `renamed`, the same under another reference number; an `iterator` in the same state; `inside` what was stored;
 * `different`, in a comparison that failed elsewhere.
 */
export type RowKind =
  'same' | 'blocked' | 'unread' | 'absent' | 'any-number' | 'renamed' | 'iterator' | 'inside' | 'different';
/** What came of one place of a comparison: it fits; nobody reads it; it had to be equal, and is; it sticks out; it was not asked, as another did. */
export type Fit = 'fits' | 'unread' | 'exact' | 'sticks-out' | 'not-asked';

/** A value of a comparison as a shape: a range on the ruler, or words for what is no number. */
export interface Shape {
  readonly range: Range | null;
  readonly words: string;
  /** The kernel's text. */
  readonly kernel: string;
  /** Of an iterator: rounds that it has gone. */
  readonly depth?: number;
}

/** The first iterator that a walk constructs. */
export interface FirstIterator {
  /** The slot at which it begins, and how it is called. */
  readonly spot: Spot;
  readonly slot: string;
  readonly bytes: number;
  /** Instructions that are processed until it is there. */
  readonly after: number;
}

/** Pruning tab: the comparisons made at a step. */
export interface ComparisonView {
  readonly checkpoint: number;
  readonly pc: number;
  readonly equal: boolean;
  readonly mode: string;
  readonly verdict: string;
  /** Step at which the stored state was stored, and how often the walk had been at `pc` by then and by now. */
  readonly storedAt: number;
  readonly storedRound: number;
  readonly round: number;
  /** Stored and current side by side; `blocked` is the row that stopped the match. */
  readonly rows: readonly {
    readonly name: string;
    /** The variable in the C source, where it is known. */
    readonly variable: string;
    readonly stored: Shape;
    readonly current: Shape;
    readonly same: boolean;
    readonly blocked: boolean;
    readonly fit: Fit;
    /** Instruction that asked for the exact value, -1 for none. */
    readonly asked: number;
    /** How the two relate: what `note` says in words. */
    readonly kind: RowKind;
    readonly note: string;
    readonly spot: Spot;
  }[];
}
/** What a row of a difference is about. */
export type DifferenceGroup = 'calls' | 'registers' | 'iterators' | 'stack' | 'references' | 'sections';
/** One place of two states. */
export interface DifferenceRow {
  readonly group: DifferenceGroup;
  /** `r6`, `fp-16`, an iterator's variable, `reference 3`. */
  readonly name: string;
  /** The variable in the C source, where it is known. */
  readonly variable: string;
  /** Number of the frame, 0 for the program's own; -1 for what is of no frame. */
  readonly frame: number;
  /** `marked`: the same value, with another number or mark. */
  readonly relation: 'same' | 'marked' | 'changed' | 'only-from' | 'only-to';
  readonly from: Shape;
  readonly to: Shape;
  /** The instruction that made it what it is on the side that has it, in words; null where that is not known. */
  readonly made: {
    readonly side: 'from' | 'to';
    readonly step: number;
    readonly pc: number;
    readonly text: string;
  } | null;
  readonly spot: Spot | null;
}
/** One of the states of a difference. */
export interface DifferenceSide {
  readonly session: number;
  readonly step: number;
  readonly pc: number;
  /** `step 12 of sum_to_ten, before 8: call bpf_iter_num_next`. */
  readonly words: string;
}
/** Difference tab: two states place by place, those that are the same among them. */
export interface DifferenceView {
  readonly from: DifferenceSide;
  readonly to: DifferenceSide;
  readonly rows: readonly DifferenceRow[];
  /** One sentence on the whole. */
  readonly words: string;
  /** Of two programs: where their walks part; null where they do not, or where both are of one. */
  readonly walks: WalkComparison | null;
}
/** Where two walks part first: that of a program, and that of what it was changed to. */
export interface WalkComparison {
  /** The step at which they part; 0 where only the verdicts differ. */
  readonly step: number;
  readonly words: string;
  /** What is known differently before that step, in words. */
  readonly rows: readonly { readonly name: string; readonly before: string; readonly now: string }[];
}
/**
 * What a round of a loop brought: something `new`; a value that differed from the loop's entry was forgotten (`widened`), so that the loop can end; or a
 * state that was stored before covers it.
 */
export type RoundKind = 'new' | 'widened' | 'covered';
/** The value that keeps a loop going round, at some of its rounds. */
export interface ChangingValue {
  readonly name: string;
  /** The variable in the C source; empty where none is known. */
  readonly variable: string;
  /** Rounds looked at, from 0. */
  readonly round: Uint32Array;
  /** Smallest and largest number that it may be there; NaN where it is no number. */
  readonly min: Float64Array;
  readonly max: Float64Array;
  /** What it was in the first and the last round looked at. */
  readonly first: string;
  readonly last: string;
}
/** All rounds of one loop, in the order of the walk, over all paths. */
export interface LoopRounds {
  /** The instruction at which it decides whether to go round; its C line (0 if none is known), and that or the instruction as text. */
  readonly pc: number;
  readonly line: number;
  readonly text: string;
  /** False for a place without a loop, which paths come to in many ways. */
  readonly loop: boolean;
  /** Step at which each round begins. */
  readonly steps: Uint32Array;
  /** Place in `ROUND_KINDS` of each. */
  readonly kinds: Uint8Array;
  readonly counts: Readonly<Record<RoundKind, number>>;
  /** Null where no number differs from round to round. */
  readonly changing: ChangingValue | null;
}
/** A long walk as rounds. */
export interface RoundsView {
  readonly loops: readonly LoopRounds[];
  /** Loops that were left out as there are too many. */
  readonly more: number;
}

/** Envelope tab: a register's range at each visit of an instruction. */
export interface EnvelopeView {
  readonly pc: number;
  readonly name: string;
  readonly rounds: readonly {
    readonly step: number;
    readonly range: Range | null;
    readonly kernel: string;
    readonly note: string;
    /** Instructions that were processed from this visit to the next, or to the end. */
    readonly cost: number;
  }[];
}
/** Run tab: a concrete run. */
export interface RunView {
  readonly ok: boolean;
  readonly retval: string;
  readonly insns: number;
  readonly durationNs: number;
  readonly engine: 'interp' | 'jit';
  readonly printk: readonly string[];
  readonly leaks: readonly string[];
  /** What iterators owe and the run broke, in the order in which it was seen; the first is the one to look at. */
  readonly contract: readonly (Breach & { readonly text: string })[];
  /** Set for a model that no kernel is like: says so in one line. */
  readonly notice?: string;
  /** Records that it handed to user space through ring buffers: `rb: 01 00 …`. */
  readonly records: readonly string[];
  readonly fault?: string;
  /** Why the run could not be followed through the verifier's walk to its end: it left what the verifier knew, or went on where the walk had ended. */
  readonly outside?: string;
  /** First 10,000 run steps: pc, the concrete registers as text, and the verifier's step whose state contains the run's (0 when it isn't followed any more). */
  readonly steps: readonly { readonly pc: number; readonly regs: readonly string[]; readonly at: number }[];
}

/** One link of the chain that leads to an error. */
export interface ChainLink {
  readonly step: number;
  readonly pc: number;
  readonly text: string;
  readonly kind: 'origin' | 'choice' | 'error';
}
/** Left pane of a rejected program. */
export interface WhyView {
  /** The rule that was broken. */
  readonly kind: RejectionKind;
  readonly title: string;
  /** Paragraphs in plain words: what happens, and the rule that it breaks. */
  readonly words: readonly string[];
  /** What to do about it. */
  readonly todo: string;
  /** The chain from origin to error: what made the blamed value or reference, the decisions since then, the error. */
  readonly chain: readonly ChainLink[];
  /** Number of links in the middle that were left out. */
  readonly left: number;
  /** Every fork on the way, and which way this path took; repeated decisions once, where they were made last. */
  readonly way: readonly {
    readonly step: number;
    readonly pc: number;
    readonly text: string;
    readonly times: number;
  }[];
  /** The kernel's own lines. */
  readonly kernel: readonly string[];
  readonly insn: number;
  readonly step: number;
  readonly lesson?: { readonly id: string; readonly title: string };
  /** Its entry of the reference, where it has one. */
  readonly entry?: string;
  /** The author's own line where the compiler names another: `return *v;` where it says `}`. Null where they are the same, or it is not known. */
  readonly wrote: { readonly file: string; readonly line: number; readonly text: string } | null;
}
