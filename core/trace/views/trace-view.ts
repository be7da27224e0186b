import type { Spot } from '../../verifier/values/spot.ts';
import { regSpot, sameSpot, slotSpot, spotName } from '../../verifier/values/spot.ts';
import { NOT_INIT, PTR_TO_STACK, SCALAR } from '../../verifier/values/reg.ts';
import type { Reg } from '../../verifier/values/reg.ts';
import { comparisonViews } from './comparison-view.ts';
import { explorationOf, forkWords, pruneLabel } from './exploration.ts';
import { Iterators } from './iterators.ts';
import { roundsOf } from './rounds.ts';
import { lostBounds } from '../query/lost-bounds.ts';
import { between, lineage, writerStep } from '../query/lineage.ts';
import { scalarRange } from '../query/numbers.ts';
import type { PackedExploration } from './view.ts';
import { PathTree } from '../query/path-tree.ts';
import type { ProgramText } from '../query/program-text.ts';
import { slotLetters, slotWords, valueWords } from './reg-words.ts';
import { regText } from '../query/kernel-text.ts';
import { reportOf } from '../explain/report.ts';
import type { Report } from '../explain/report.ts';
import type { Cursor, Trace } from '../record/trace.ts';
import { MAX_SLOTS, REGS } from '../record/values.ts';
import type {
  ComparisonView,
  EnvelopeView,
  FirstIterator,
  FrameState,
  IterView,
  Range,
  RegView,
  RoundsView,
  SlotView,
  StepView,
  Verdict,
  WhyView,
} from './view.ts';
import { explain } from '../explain/why.ts';
import { lostWords } from '../explain/words/lost-bounds.ts';
import { DIFFERENCE_WORDS } from '../explain/words/differences.ts';

/** Most rounds that an envelope shows. */
const MAX_ROUNDS = 500;

const numberRange = (reg: Reg | null): Range | null => (reg?.type === SCALAR ? scalarRange(reg.scalar) : null);

/** A trace together with the program it is of: gives the instruments what they draw. */
export class TraceView {
  #iteratorsFound: Iterators | null = null;
  #exploration: PackedExploration | null = null;
  #rounds: RoundsView | null = null;
  #events: Uint8Array | null = null;
  #why: WhyView | null | undefined;
  #pathTree: PathTree | null = null;

  constructor(
    readonly trace: Trace,
    readonly text: ProgramText,
  ) {}

  get #tree(): PathTree {
    return (this.#pathTree ??= new PathTree(this.trace));
  }

  get #iterators(): Iterators {
    return (this.#iteratorsFound ??= new Iterators(this.trace, this.text));
  }

  /** Name of the variable whose iterator's state begins at a slot, where the source names it. */
  iteratorAt(spot: Spot): string | undefined {
    return this.#iterators.nameAt(spot);
  }

  /** Where the iterators live that the source names. */
  get iteratorHomes(): ReadonlyMap<string, Spot> {
    return this.#iterators.named;
  }

  get verdict(): Verdict {
    const { stats } = this.trace.data;
    return {
      accepted: stats.errno === 0,
      errno: stats.errno,
      ...(stats.unsupported === undefined ? {} : { unsupported: stats.unsupported }),
      processed: stats.processed,
      totalStates: stats.totalStates,
      peakStates: stats.peakStates,
      maxStatesPerInsn: stats.maxStatesPerInsn,
      timeUs: stats.timeUs,
    };
  }

  /** What the timeline draws, put together in slices when it is first asked for. */
  *exploration(): Generator<undefined, PackedExploration> {
    return (this.#exploration ??= yield* explorationOf(this.trace, this.text));
  }

  /** The walk as rounds of its loops, put together in slices when it is first asked for. */
  *rounds(): Generator<undefined, RoundsView> {
    return (this.#rounds ??= yield* roundsOf(this.trace, this.text));
  }

  /**
   * Step nearest to `step` in `direction` at which something happened: a fork, a path that begins or ends, a state that is stored, or an iterator that
   * is constructed, moves on or is destroyed; `step` itself when there is none.
   */
  event(step: number, direction: 1 | -1): number {
    const events = (this.#events ??= this.#findEvents());
    for (let at = step + direction; at >= 1 && at <= this.trace.steps; at += direction) if (events[at] === 1) return at;
    return step;
  }

  /** Everything the panes show at a step, clamped to 1..steps. */
  step(wanted: number): StepView {
    const { trace, text } = this;
    const step = Math.max(1, Math.min(wanted, trace.steps));
    if (trace.steps === 0)
      return {
        step: 0,
        pc: -1,
        path: 0,
        words: 'rejected before the walk',
        events: [],
        soFar: { words: 'rejected before the walk', events: [] },
        frames: [],
        iters: [],
        refs: [],
      };
    const now = trace.cursor(step);
    const previous = trace.before(step);
    const before = previous === 0 ? null : trace.cursor(previous);
    const pc = trace.pc(step);
    const iters = this.#iterators.at(step, now, before);
    const place = `before ${pc}: ${text.texts[pc] ?? ''}`;
    return {
      step,
      pc,
      path: trace.pathAt(step),
      words: `step ${step} of ${trace.steps}, ${place}`,
      events: this.#eventsAt(step, true),
      soFar: { words: `step ${step}, ${place}`, events: this.#eventsAt(step, false) },
      frames: this.#frames(step, now, before, iters),
      iters,
      refs: now.ids().refs,
    };
  }

  /** The first iterator that is constructed; null where none is. */
  firstIterator(): FirstIterator | null {
    return this.#iterators.first();
  }

  comparisons(step: number): ComparisonView[] {
    return comparisonViews(this.trace, this.text, step);
  }

  /** A register's (`r6`) or slot's (`fp-16`) range at each visit of an instruction, in the innermost frame. */
  envelope(pc: number, name: string): EnvelopeView {
    const { trace, text } = this;
    const rounds: EnvelopeView['rounds'][number][] = [];
    let last: Reg | null = null;
    const { pcs } = trace.data;
    for (let i = pcs.indexOf(pc); i >= 0 && rounds.length < MAX_ROUNDS; i = pcs.indexOf(pc, i + 1)) {
      const cursor = trace.cursor(i + 1);
      const frame = cursor.depth - 1;
      const { values } = trace.data;
      const reg = name.startsWith('fp-')
        ? (values.getSlot(cursor.slots[frame * MAX_SLOTS + Number(name.slice(3)) / 8 - 1] ?? 0)?.spilled ?? null)
        : values.getReg(cursor.regs[frame * REGS + Number(name.slice(1))] ?? 0);
      const textOf = (value: Reg | null): string =>
        value === null || value.type === NOT_INIT ? '' : regText(value, frame, text.kernelBtf, text.object.btf);
      const kernel = textOf(reg);
      const range = numberRange(reg);
      const same = kernel !== '' && textOf(withoutNumber(reg)) === textOf(withoutNumber(last));
      const note =
        rounds.length === 0
          ? 'first visit'
          : kernel === ''
            ? 'not readable'
            : same
              ? 'the same: it holds'
              : 'it changed';
      const next = pcs.indexOf(pc, i + 1);
      const cost = (next < 0 ? trace.steps : next) - i;
      rounds.push({ step: i + 1, range, kernel, note, cost });
      last = reg;
    }
    return { pc, name, rounds };
  }

  /** Why the program was rejected, in plain words; null when it was not. */
  why(): WhyView | null {
    if (this.#why === undefined) this.#why = explain(this.trace, this.text, (spot) => this.#iterators.nameAt(spot));
    return this.#why;
  }

  /** The verification in brief, for a text. */
  report(): Report {
    return reportOf(this.trace, this.text, this.verdict, this.why());
  }

  #frames(step: number, now: Cursor, before: Cursor | null, iters: readonly IterView[]): FrameState[] {
    const { trace, text } = this;
    const { values, rejection } = trace.data;
    const called = wasCalled(trace, text, step);
    const blame = step === trace.steps ? (rejection?.blame ?? []) : [];
    const out: FrameState[] = [];
    for (let f = 0; f < now.depth; f++) {
      const had = before !== null && f < before.depth;
      const regs: RegView[] = [];
      for (let r = 0; r < REGS; r++) {
        const at = f * REGS + r;
        const spot = regSpot(f, r);
        const reg = values.getReg(now.regs[at]!);
        if (reg === null) continue;
        const needsOrigin = reg.type === SCALAR && reg.scalar.isConst;
        const origin = needsOrigin ? writerStep(trace, step, spot) : 0;
        const words = valueWords(reg, r, f, text, { writer: origin === 0 ? -1 : trace.pc(origin), called });
        const target = this.#target(reg.type === PTR_TO_STACK && r !== 10 ? reg : null, now);
        const changed = had && before.regs[at] !== now.regs[at];
        const from = changed ? numberRange(values.getReg(before.regs[at]!)) : null;
        const to = from === null ? null : numberRange(reg);
        const lost = reg.type === SCALAR && !reg.scalar.isConst ? lostBounds(trace, text, step, spot) : null;
        regs.push({
          name: spotName(spot),
          ...words,
          ...(from === null || to === null ? {} : { moved: { from, to } }),
          ...(lost === null
            ? {}
            : { lost: { step: lost.step, pc: lost.pc, words: lostWords(lost, reg.scalar, text) } }),
          precise: reg.precise,
          changed,
          blamed: blame.some((blamed) => sameSpot(blamed, spot)),
          ...(target === undefined ? {} : { target }),
        });
      }
      const slots: SlotView[] = [];
      let used = MAX_SLOTS;
      const blamedSlots = blame.filter(({ what, frame }) => what === 'slot' && frame === f).map(({ index }) => index);
      while (used > 0 && now.slots[f * MAX_SLOTS + used - 1] === 0) used--;
      const shown = Math.max(used, ...blamedSlots.map((spi) => spi + 1));
      for (let spi = 0; spi < Math.min(MAX_SLOTS, Math.max(shown, 2)); spi++) {
        const spot = slotSpot(f, spi);
        const id = now.slots[f * MAX_SLOTS + spi]!;
        const slot = values.getSlot(id);
        slots.push({
          spot,
          name: spotName(spot),
          bytes: slotLetters(slot),
          ...slotWords(
            slot,
            f,
            text,
            iters.some((it) => sameSpot(it.spot, spot) && it.state === 'gone'),
          ),
          changed: had && before.slots[f * MAX_SLOTS + spi] !== id,
          blamed: blamedSlots.includes(spi),
        });
      }
      out.push({
        name: text.subprogs[now.subprogs[f]!]?.name ?? `function ${now.subprogs[f]!}`,
        stackSize: text.kernel?.limits.stack ?? MAX_SLOTS * 8,
        regs,
        slots,
        bytesUsed: used * 8,
      });
    }
    return out;
  }

  #target(
    reg: { scalar: { isConst: boolean; value: bigint }; off: number; frameno: number } | null,
    now: Cursor,
  ): RegView['target'] {
    if (reg === null || !reg.scalar.isConst || reg.frameno >= now.depth) return undefined;
    const at = Number(BigInt.asIntN(64, reg.scalar.value)) + reg.off;
    if (at >= 0 || at < -MAX_SLOTS * 8) return undefined;
    const spi = Math.ceil(-at / 8) - 1;
    const spot = slotSpot(reg.frameno, spi);
    return { spot, label: this.#iterators.nameAt(spot) ?? spotName(spot) };
  }

  // A mark for each step at which something happens. An iterator's transition belongs to the instruction that makes it, not to the state after it.
  #findEvents(): Uint8Array {
    const { data, steps } = this.trace;
    const events = new Uint8Array(steps + 1);
    const mark = (step: number): void => {
      if (step >= 1 && step <= steps) events[step] = 1;
    };
    for (const fork of data.forks) mark(fork.step);
    for (const path of data.paths) {
      if (path.firstStep === 0) continue;
      mark(path.firstStep);
      mark(path.lastStep);
    }
    for (const checkpoint of data.checkpoints) mark(checkpoint.step);
    const { text } = this;
    const transitions = text.program.insns.map((_, pc) => text.iteratorMethod(pc) !== undefined);
    if (transitions.includes(true))
      for (let step = 1; step <= steps; step++) if (transitions[data.pcs[step - 1]!] === true) events[step] = 1;
    return events;
  }

  /** @param decided with what a fork takes first, which is seen only after it */
  #eventsAt(step: number, decided: boolean): string[] {
    const { trace, text } = this;
    const { data } = trace;
    const out: string[] = [];
    const index = trace.pathAt(step);
    const path = data.paths[index];
    if (path !== undefined && path.firstStep === step && path.fork >= 0) {
      const fork = trace.fork(path.fork);
      if (fork !== undefined)
        out.push(`taken up again from the fork at ${fork.pc}, ${forkWords(fork, trace, text).later}`);
    }
    for (const checkpoint of between(data.checkpoints, step)) out.push(`stored as checkpoint at ${checkpoint.pc}`);
    for (const comparison of between(data.comparisons, step).slice(0, 3))
      out.push(
        comparison.equal
          ? `covered by the state stored at ${comparison.pc}`
          : `compared with a state stored at ${comparison.pc}: ${comparison.reason === null ? 'different' : DIFFERENCE_WORDS[comparison.reason]}`,
      );
    for (const fork of between(data.forks, step)) {
      const words = forkWords(fork, trace, text);
      out.push(decided ? `forks: ${words.open}; ${words.now}` : `forks: ${words.open}`);
    }
    for (const widened of between(data.widened, step))
      out.push(`widened ${spotName(widened.location)}: its exact value does not matter`);
    const marked = new Set(between(data.precise, step).map(({ location }) => spotName(location)));
    if (marked.size > 0)
      out.push(`needs the exact value of ${[...marked].slice(0, 6).join(', ')}: marked precise on the way here`);
    if (path !== undefined && path.lastStep === step) {
      if (path.end === 'exit') out.push('this path reaches the exit');
      else if (path.end === 'pruned') out.push(`pruned: ${pruneLabel(trace, this.#tree, index)}`);
      else if (path.end === 'rejected') out.push('rejected here');
      else out.push('stopped here');
    }
    return out;
  }
}

/** A value without the number that tells it from others that are alike: its id, or its reference where it has none. */
function withoutNumber(reg: Reg | null): Reg | null {
  if (reg === null) return null;
  return reg.id === 0 ? reg.with({ refObjId: 0 }) : reg.withLink(0, 0);
}

// Looks back along the path for a call; far enough for any call that a person would remember.
function wasCalled(trace: Trace, text: ProgramText, step: number): boolean {
  let budget = 2000;
  for (const { first, last } of lineage(trace, step, 256))
    for (let s = last; s >= first; s--) {
      if (budget-- <= 0) return true;
      if (s !== step && text.program.insns[trace.pc(s)]?.code === 0x85) return true;
    }
  return false;
}
