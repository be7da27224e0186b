import type { Spot } from '../../verifier/values/spot.ts';
import { regSpot, slotSpot, spotKey, spotName } from '../../verifier/values/spot.ts';
import type { DifferenceReason, ForkKind } from '../../verifier/sink.ts';
import { comparisonView, differenceWords, storedState, valueIn } from '../views/comparison-view.ts';
import { forkWords } from '../views/exploration.ts';
import { between, lineage } from '../query/lineage.ts';
import { namesOf } from './names.ts';
import { visitsOf } from '../query/loop-heads.ts';
import { PathTree } from '../query/path-tree.ts';
import type { ProgramText } from '../query/program-text.ts';
import type { ComparisonRecord, ForkRecord, PathRecord, Trace, WidenRecord } from '../record/trace.ts';
import type { StateIds } from '../record/values.ts';
import type { ChainLink, RowKind, Verdict, WhyView } from '../views/view.ts';
import { ROW_WORDS } from './words/differences.ts';
import { locationName, spotPhrase } from './walk-cause.ts';
import { phrase } from './words/values.ts';

/** An instruction with its source line. */
export interface Site {
  readonly insn: number;
  readonly asm: string;
  /** Name of the source file and line; empty and 0 where the object does not say. */
  readonly file: string;
  readonly line: number;
  readonly source: string;
}
/** Everything that is said of a list that may be long: its most important entries, and how many were left out. */
export interface Few<T> {
  readonly list: readonly T[];
  readonly more: number;
}
/** An instruction at which paths forked. */
export interface ReportFork {
  readonly site: Site;
  readonly kind: ForkKind;
  /** How often it forked. */
  readonly times: number;
  readonly reason: string;
  /** What was known of the operands the first time. */
  readonly values: string;
  readonly first: string;
  readonly later: string;
}
/** A scalar that was made unknown so that a loop converges. */
export interface ReportWidening {
  readonly name: string;
  readonly times: number;
  /** The value at the loop's entry, the one that came round, and what became of it. */
  readonly entry: string;
  readonly before: string;
  readonly after: string;
}
/** What stood in the way of a match. */
export interface ReportBlock {
  /** `r6`, `fp-16`; empty when the states differ as wholes. */
  readonly name: string;
  readonly reason: DifferenceReason;
  readonly words: string;
  readonly times: number;
  /** The last time: what was stored, and what it was then. */
  readonly stored: string;
  readonly current: string;
}
/** A place at which paths came back to themselves. */
export interface ReportLoop {
  readonly site: Site;
  /** Times that the place was reached, over all paths. */
  readonly visits: number;
  /** Rounds of the path that was covered first, until it was; 0 when none was. */
  readonly rounds: number;
  /** State that covered it, and the step at which that was stored; -1 when none did. */
  readonly checkpoint: number;
  readonly storedAt: number;
  /** Paths that ended here because a state of their own covered them. */
  readonly covered: number;
  /** Nothing forked anywhere in the loop: every condition was known. */
  readonly decided: boolean;
  /** Of a loop that was walked out: what was another value in the last round than in the one before. */
  readonly changing: Few<{ readonly name: string; readonly before: string; readonly after: string }>;
  readonly widened: Few<ReportWidening>;
  readonly blocked: Few<ReportBlock>;
}
/** Places whose values differed in the same harmless way. */
export interface ReportDifference {
  readonly kind: RowKind;
  /** What it means, in words. */
  readonly words: string;
  readonly names: readonly string[];
  /** Of the first of them: what was stored, and what it was then. */
  readonly stored: string;
  readonly current: string;
}
/** A place at which paths met others that had been walked already. */
export interface ReportMeeting {
  readonly site: Site;
  readonly times: number;
  /** What differed the first time and did no harm. */
  readonly differences: readonly ReportDifference[];
}
/** An instruction and how often it was walked. */
export interface ReportCost {
  readonly site: Site;
  readonly steps: number;
}

/** A verification in brief. */
export interface Report {
  readonly program: string;
  readonly verdict: Verdict;
  /** Where the walk met what the model does not cover; null when it did not, or before the walk. */
  readonly stopped: Site | null;
  readonly paths: number;
  readonly exits: number;
  readonly pruned: number;
  readonly why:
    | (Omit<WhyView, 'chain' | 'way'> & {
        readonly site: Site | null;
        readonly chain: readonly (ChainLink & { readonly site: Site })[];
        readonly way: Few<WhyView['way'][number] & { readonly site: Site }>;
      })
    | null;
  readonly forks: Few<ReportFork>;
  readonly loops: Few<ReportLoop>;
  readonly meetings: Few<ReportMeeting>;
  readonly costs: Few<ReportCost>;
}

const FORKS = 6;
const LOOPS = 4;
const MEETINGS = 4;
const COSTS = 5;
const DETAILS = 4;
const WAY = 12;

const few = <T>(list: readonly T[], most: number): Few<T> => ({
  list: list.slice(0, most),
  more: Math.max(0, list.length - most),
});

const counted = <K, T>(items: Iterable<T>, key: (item: T) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const k = key(item);
    const group = groups.get(k);
    if (group === undefined) groups.set(k, [item]);
    else group.push(item);
  }
  return groups;
};

/** An instruction with its source line. */
export const siteOf = (text: ProgramText, insn: number): Site => ({
  insn,
  asm: text.texts[insn] ?? '',
  file: text.fileName(insn),
  line: text.lineNumber(insn),
  source: text.sourceLine(insn),
});

/** A verification in brief: the verdict, why, and what the walk was like. */
export function reportOf(trace: Trace, text: ProgramText, verdict: Verdict, why: WhyView | null): Report {
  const { paths } = trace.data;
  const visits = visitsOf(trace, text.program.insns.length);
  const { loops, meetings } = pruningOf(trace, text, visits);
  return {
    program: text.program.name,
    verdict,
    stopped: verdict.errno === null && trace.steps > 0 ? siteOf(text, trace.pc(trace.steps)) : null,
    paths: paths.length,
    exits: paths.filter(({ end }) => end === 'exit').length,
    pruned: paths.filter(({ end }) => end === 'pruned').length,
    why:
      why === null
        ? null
        : {
            ...why,
            site: why.insn < 0 ? null : siteOf(text, why.insn),
            chain: why.chain.map((link) => ({ ...link, site: siteOf(text, link.pc) })),
            // What was decided last is what matters.
            way: {
              list: why.way.slice(-WAY).map((choice) => ({ ...choice, site: siteOf(text, choice.pc) })),
              more: Math.max(0, why.way.length - WAY),
            },
          },
    forks: forksOf(trace, text),
    loops: few(loops, LOOPS),
    meetings: few(meetings, MEETINGS),
    costs: few(
      [...visits.entries()]
        .map(([insn, steps]) => ({ insn, steps }))
        .filter(({ steps }) => steps > 0)
        .sort((a, b) => b.steps - a.steps || a.insn - b.insn)
        .map(({ insn, steps }) => ({ site: siteOf(text, insn), steps })),
      COSTS,
    ),
  };
}

function forksOf(trace: Trace, text: ProgramText): Few<ReportFork> {
  const groups = [...counted<number, ForkRecord>(trace.data.forks, ({ pc }) => pc).values()];
  groups.sort((a, b) => b.length - a.length || a[0]!.step - b[0]!.step);
  const shown = groups.slice(0, FORKS).sort((a, b) => a[0]!.step - b[0]!.step);
  return {
    list: shown.map((forks) => {
      const fork = forks[0]!;
      const { reason, values, facts } = forkWords(fork, trace, text);
      return {
        site: siteOf(text, fork.pc),
        kind: fork.kind,
        times: forks.length,
        reason,
        values,
        first: facts.now,
        later: facts.later,
      };
    }),
    more: Math.max(0, groups.length - FORKS),
  };
}

function pruningOf(
  trace: Trace,
  text: ProgramText,
  visits: Uint32Array,
): { loops: ReportLoop[]; meetings: ReportMeeting[] } {
  const { data } = trace;
  const own = new Map<number, PathRecord[]>();
  const met = new Map<number, PathRecord[]>();
  const tree = new PathTree(trace);
  for (const [index, path] of data.paths.entries()) {
    if (path.end !== 'pruned') continue;
    // A state stored on the very path that it covers: the path came back to itself.
    const stored = trace.checkpoint(path.checkpoint);
    const into = stored !== undefined && tree.leadsTo(stored.path, stored.step, index) ? own : met;
    const known = into.get(path.endPc);
    if (known === undefined) into.set(path.endPc, [path]);
    else known.push(path);
  }
  const widened = counted<number, WidenRecord>(data.widened, ({ step }) => trace.pc(step));
  const failed = counted<number, ComparisonRecord>(
    data.comparisons.filter(({ equal }) => !equal),
    ({ pc }) => pc,
  );
  const loops = meetingPoints(trace, own, failed, visits)
    .map((pc) => {
      const inVain = failed.get(pc) ?? [];
      return loopOf(trace, text, pc, own.get(pc) ?? [], widened.get(pc) ?? [], inVain, visits[pc]!);
    })
    .sort((a, b) => b.visits - a.visits || a.site.insn - b.site.insn);
  const meetings = [...met.entries()]
    .map(([pc, paths]) => meetingOf(trace, text, pc, paths))
    .sort((a, b) => b.times - a.times || a.site.insn - b.site.insn);
  return { loops, meetings };
}

// Where loops closed; of a loop that never did, where its states were compared in vain most often.
function meetingPoints(
  trace: Trace,
  own: ReadonlyMap<number, unknown>,
  failed: ReadonlyMap<number, readonly unknown[]>,
  visits: Uint32Array,
): number[] {
  const { loops } = trace.data;
  const closed = new Set([...own.keys()].map((pc) => loops[pc]));
  const open = new Map<number, number>();
  for (const [pc, comparisons] of failed) {
    const loop = loops[pc] ?? 0;
    if (loop === 0 || closed.has(loop)) continue;
    const best = open.get(loop);
    if (best === undefined || comparisons.length > failed.get(best)!.length) open.set(loop, pc);
  }
  // Loops in which states were never compared: where they were walked most often.
  loops.forEach((loop, pc) => {
    if (loop === 0 || closed.has(loop) || failed.has(open.get(loop) ?? -1)) return;
    if (visits[pc]! > 1 && visits[pc]! > (visits[open.get(loop) ?? -1] ?? 0)) open.set(loop, pc);
  });
  return [...own.keys(), ...open.values()];
}

// `active` or `drained` where an iterator lives, else empty.
function iteratorState(trace: Trace, state: StateIds, { what, frame, index }: Spot): string {
  if (what !== 'slot') return '';
  return trace.data.values.getSlot(state.frames[frame]?.slots[index] ?? 0)?.iter?.state ?? '';
}

// What differs between the last two visits of a loop's instruction on one path, of what is still read from there.
function changesOfRound(trace: Trace, text: ProgramText, pc: number): ReportLoop['changing']['list'] {
  const { pcs, liveRegs } = trace.data;
  const last = pcs.lastIndexOf(pc) + 1;
  if (last === 0) return [];
  let before = 0;
  for (const segment of lineage(trace, last, 100_000)) {
    for (let step = segment.last; step >= segment.first && before === 0; step--)
      if (step !== last && pcs[step - 1] === pc) before = step;
    if (before !== 0) break;
  }
  if (before === 0) return [];
  const then = trace.cursor(before).ids();
  const now = trace.cursor(last).ids();
  const frame = now.frames.length - 1;
  const live = liveRegs[pc] ?? 0x7ff;
  const places: Spot[] = [];
  for (let reg = 0; reg < 10; reg++) if ((live & (1 << reg)) !== 0) places.push(regSpot(frame, reg));
  for (let f = 0; f <= frame; f++) now.frames[f]!.slots.forEach((_, spi) => places.push(slotSpot(f, spi)));
  return places.flatMap((at) => {
    // That an iterator is one round deeper is no news.
    if (iteratorState(trace, then, at) !== '' && iteratorState(trace, then, at) === iteratorState(trace, now, at))
      return [];
    const was = spotPhrase(trace, text, then, at);
    const is = spotPhrase(trace, text, now, at);
    return was === is ? [] : [{ name: calledAt(trace, text, last, at), before: was, after: is }];
  });
}

function isDecided(trace: Trace, pc: number): boolean {
  const loop = trace.data.loops[pc] ?? 0;
  return loop !== 0 && !trace.data.forks.some((fork) => trace.data.loops[fork.pc] === loop);
}

function loopOf(
  trace: Trace,
  text: ProgramText,
  pc: number,
  covered: readonly PathRecord[],
  widened: readonly WidenRecord[],
  failed: readonly ComparisonRecord[],
  visits: number,
): ReportLoop {
  const first = covered[0];
  let rounds = 0;
  if (first !== undefined)
    for (const segment of lineage(trace, first.lastStep, 100_000))
      for (let step = segment.last; step >= segment.first; step--) if (trace.pc(step) === pc) rounds++;
  return {
    site: siteOf(text, pc),
    visits,
    rounds: Math.max(0, rounds - 1),
    checkpoint: first?.checkpoint ?? -1,
    storedAt: first === undefined ? -1 : (trace.checkpoint(first.checkpoint)?.step ?? -1),
    covered: covered.length,
    decided: isDecided(trace, pc),
    changing: few(first === undefined ? changesOfRound(trace, text, pc) : [], DETAILS),
    widened: few(widenings(trace, text, widened), DETAILS),
    blocked: few(blocks(trace, text, failed), DETAILS),
  };
}

// A place by its name in the source, and the verifier's beside it.
function calledAt(trace: Trace, text: ProgramText, step: number, at: Spot): string {
  const { name, named } = locationName(namesOf(trace, text), step, at);
  return named ? `\`${name}\` (${spotName(at)})` : name;
}

function widenings(trace: Trace, text: ProgramText, widened: readonly WidenRecord[]): ReportWidening[] {
  const { values } = trace.data;
  return [...counted(widened, ({ location }) => spotKey(location)).values()]
    .sort((a, b) => b.length - a.length)
    .map((records) => {
      const one = records[0]!;
      const { frame } = one.location;
      const entry = trace.checkpoint(one.entry);
      const stored = entry === undefined ? null : valueIn(trace, trace.cursor(entry.step).ids(), one.location);
      return {
        name: calledAt(trace, text, one.step, one.location),
        times: records.length,
        entry: phrase(stored, frame, text),
        before: phrase(values.getReg(one.before), frame, text),
        after: phrase(values.getReg(one.after), frame, text),
      };
    });
}

function blocks(trace: Trace, text: ProgramText, failed: readonly ComparisonRecord[]): ReportBlock[] {
  const groups = counted(
    failed,
    ({ location, reason }) => `${location === null ? '' : spotKey(location)} ${reason ?? ''}`,
  );
  return [...groups.values()]
    .filter(([{ reason } = { reason: null }]) => reason !== null)
    .sort((a, b) => b.length - a.length)
    .map((records) => {
      const last = records[records.length - 1]!;
      const stored = storedState(trace, last);
      const shown = (state: typeof stored): string => {
        if (last.location === null) return '';
        return spotPhrase(trace, text, state, last.location);
      };
      return {
        name: last.location === null ? '' : calledAt(trace, text, last.step, last.location),
        reason: last.reason!,
        words: differenceWords(trace, text, last, stored),
        times: records.length,
        stored: shown(stored),
        current: shown(trace.cursor(last.step).ids()),
      };
    });
}

function meetingOf(trace: Trace, text: ProgramText, pc: number, paths: readonly PathRecord[]): ReportMeeting {
  const first = paths[0]!;
  const record = between(trace.data.comparisons, first.lastStep).find(({ equal }) => equal);
  const now = trace.cursor(first.lastStep).ids();
  const rows = record === undefined ? [] : comparisonView(trace, text, record, now).rows;
  const groups = counted(
    rows.filter(({ kind }) => kind !== 'same' && kind !== 'blocked'),
    ({ kind }) => kind,
  );
  const differences = [...groups].map(([kind, group]): ReportDifference => {
    const one = group[0]!;
    const shown = (state: StateIds): string => spotPhrase(trace, text, state, one.spot);
    return {
      kind,
      words: kind === 'blocked' ? '' : ROW_WORDS[kind],
      names: group.map(({ name }) => name),
      stored: record === undefined ? '' : shown(storedState(trace, record)),
      current: shown(now),
    };
  });
  return { site: siteOf(text, pc), times: paths.length, differences };
}
