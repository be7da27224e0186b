import { InputError, Unsupported } from '../../base/errors.ts';
import { edited } from '../../elf/input.ts';
import type { ProgramEdit } from '../../elf/input.ts';
import type { BpfObject, BpfProgram } from '../../elf/object.ts';
import { rewritten } from '../../elf/rewrite.ts';
import { calls } from '../../elf/calls.ts';
import type { KernelModel } from '../../kernel/model.ts';
import type { Configuration } from '../../kernel/rules/configuration.ts';
import { Stopped, verdictOf, verification } from '../../verifier/index.ts';
import type { VerifyResult } from '../../verifier/index.ts';
import type { Rejection } from '../../verifier/rejection.ts';
import type { VerifierSink } from '../../verifier/sink.ts';
import { ProgramText } from '../query/program-text.ts';
import { TraceRecorder } from '../record/recorder.ts';
import type { Trace } from '../record/trace.ts';
import { GRADES } from './cure.ts';
import type { Candidate, Cure, Grade } from './cure.ts';
import type { Fix, FixStep } from './fix-view.ts';
import { CURES } from './list.ts';
import { FixScene } from './scene.ts';

/** What a search may cost. Everything is counted, so that the same program always gets the same fixes. */
export interface FixLimits {
  /** Fixes that are wanted. */
  readonly fixes: number;
  /** Candidates that are verified for one rejection, and for all. */
  readonly each: number;
  readonly all: number;
  /** Instructions that the verification of one candidate may process. */
  readonly processed: number;
  /** The same for all of them together. */
  readonly work: number;
  /** Changes that one fix may consist of. */
  readonly steps: number;
}

const LIMITS: FixLimits = { fixes: 3, each: 70, all: 100, processed: 250_000, work: 500_000, steps: 3 };

/** Instructions between two looks at the budget of a verification. */
const BETWEEN = 1024;
/** Instructions that any candidate may cost. */
const MOST = 30_000;
/** Half-mended programs that are mended further, of each round. */
const WIDTH = 4;

/** A program on the way to being mended. */
interface Node {
  readonly object: BpfObject;
  readonly program: BpfProgram;
  readonly text: ProgramText;
  readonly trace: Trace;
  readonly rejection: Rejection;
  readonly steps: readonly FixStep[];
  readonly edits: readonly ProgramEdit[];
  readonly origin: Int32Array;
  readonly grade: Grade;
}

/** A change that was tried. */
interface Attempt {
  readonly node: Omit<Node, 'text' | 'trace' | 'rejection'>;
  readonly family: string;
  readonly result: VerifyResult;
}

const worse = (a: Grade, b: Grade): Grade => (GRADES.indexOf(a) >= GRADES.indexOf(b) ? a : b);

/**
 * Looks for edits after which the verifier accepts a rejected program, in slices: at most three, the least invasive first. Every one of them was
 * verified; what leaves something out is given only where nothing else was found.
 * @param pause true when the work is to be interrupted (see `verification`)
 */
export function* findFixes(
  trace: Trace,
  text: ProgramText,
  {
    kernel,
    machine,
    pause = () => false,
    limits: chosen = {},
    cures = CURES,
  }: {
    readonly kernel: KernelModel;
    readonly machine?: Configuration;
    readonly pause?: () => boolean;
    readonly limits?: Partial<FixLimits>;
    readonly cures?: readonly Cure[];
  },
): Generator<undefined, readonly Fix[]> {
  const { rejection } = trace.data;
  const { program, object } = text;
  if (rejection === null || rejection.kind === 'map-refused') return [];
  const limits = { ...LIMITS, ...chosen };
  const origin = Int32Array.from(program.insns.keys());
  const start: Node = { object, program, text, trace, rejection, steps: [], edits: [], origin, grade: 'adds' };
  const search = new Search(kernel, machine, pause, limits, start);
  const gentle = cures.filter(({ grade }) => grade !== 'leaves out');
  const last = cures.filter(({ grade }) => grade === 'leaves out');
  const found = yield* search.from(gentle);
  // What leaves something out, in whatever way, is worth one line.
  const fixes = found.length > 0 ? found : yield* search.from(last);
  const most = fixes.every(({ grade }) => grade === 'leaves out') ? 1 : limits.fixes;
  return fixes.sort(byCost).slice(0, most);
}

function byCost(a: Fix, b: Fix): number {
  return a.steps.length - b.steps.length || GRADES.indexOf(a.grade) - GRADES.indexOf(b.grade) || a.cost - b.cost;
}

class Search {
  #spent = 0;
  #work = 0;
  readonly #seen = new Set<string>();

  constructor(
    private readonly kernel: KernelModel,
    private readonly machine: Configuration | undefined,
    private readonly pause: () => boolean,
    private readonly limits: FixLimits,
    private readonly start: Node,
  ) {}

  /** Breadth first: what needs one change comes before what needs two. */
  *from(cures: readonly Cure[]): Generator<undefined, Fix[]> {
    let front: readonly Node[] = [this.start];
    const poor: Fix[] = [];
    for (let depth = 0; depth < this.limits.steps; depth++) {
      const fixes: Fix[] = [];
      const further: Attempt[] = [];
      for (const node of front) {
        const attempts = yield* this.#tries(node, cures, depth);
        for (const attempt of attempts)
          if (attempt.result.errno === 0) fixes.push(yield* this.#fix(attempt));
          else if (isFurther(node, attempt)) further.push(attempt);
      }
      const good = fixes.filter(({ grade }) => grade !== 'leaves out');
      if (good.length > 0) return good;
      poor.push(...fixes);
      const next: Node[] = [];
      const kinds = new Set<string>();
      for (const attempt of further.sort((a, b) => rank(a) - rank(b))) {
        // One way on of each sort is enough.
        const key = `${attempt.node.steps.at(-1)!.title} ${attempt.result.rejection!.kind}`;
        if (kinds.has(key)) continue;
        kinds.add(key);
        if (next.length >= WIDTH) break;
        const node = yield* this.#recorded(attempt);
        if (node !== null) next.push(node);
      }
      front = next;
    }
    return poor;
  }

  *#tries(node: Node, cures: readonly Cure[], depth: number): Generator<undefined, Attempt[]> {
    const scene = new FixScene(node.trace, node.text, this.kernel, node.rejection);
    const attempts: Attempt[] = [];
    const done = new Set<string>();
    let spent = 0;
    for (const cure of cures)
      for (const candidate of cure.candidates(scene)) {
        const family = `${cure.id} ${candidate.family ?? candidate.title}`;
        if (done.has(family)) continue;
        if (spent >= (depth === 0 ? this.limits.each : this.limits.each / 2) || this.#isSpent) return attempts;
        const attempt = yield* this.#try(node, cure, candidate, family);
        // Short walks end before anybody asks whether to pause.
        if (this.pause()) yield;
        if (attempt === null) continue;
        spent++;
        this.#spent++;
        attempts.push(attempt);
        if (attempt.result.errno === 0) done.add(family);
        if (done.size >= this.limits.fixes * 2) return attempts;
      }
    return attempts;
  }

  get #isSpent(): boolean {
    return this.#spent >= this.limits.all || this.#work >= this.limits.work;
  }

  *#try(node: Node, cure: Cure, candidate: Candidate, family: string): Generator<undefined, Attempt | null> {
    const edits: ProgramEdit[] = [];
    const { name } = node.program;
    if (candidate.section !== undefined) edits.push({ kind: 'section', program: name, section: candidate.section });
    if (candidate.parts.length > 0) edits.push({ kind: 'rewrite', program: name, parts: candidate.parts });
    const key = JSON.stringify([node.edits, edits]);
    if (edits.length === 0 || this.#seen.has(key)) return null;
    this.#seen.add(key);
    let object: BpfObject;
    let origin: Int32Array;
    try {
      object = edits
        .filter(({ kind }) => kind === 'section')
        .reduce((one, edit) => edited(one, edit, this.kernel.btf), node.object);
      const before = object.programs.find((one) => one.name === name)!;
      const made = rewritten(object, before, candidate.parts, calls(this.kernel.btf));
      object = { ...object, programs: object.programs.map((one) => (one === before ? made.program : one)) };
      origin = made.origin.map((at) => (at < 0 ? -1 : node.origin[at]!));
    } catch (error) {
      if (error instanceof InputError) return null;
      throw error;
    }
    const program = object.programs.find((one) => one.name === name)!;
    const result = yield* this.#verified(object, program);
    if (result === null || result.errno === null) return null;
    const { title, write, at } = candidate;
    return {
      family,
      result,
      node: {
        object,
        program,
        origin,
        edits: [...node.edits, ...edits],
        steps: [...node.steps, { cure: cure.id, title, write, at: formerly(node.origin, at) }],
        grade: worse(node.grade, candidate.grade ?? cure.grade),
      },
    };
  }

  *#verified(object: BpfObject, program: BpfProgram, sink?: VerifierSink): Generator<undefined, VerifyResult | null> {
    let looks = 0;
    const { machine, kernel, limits, pause } = this;
    // A cure makes the walk longer, not endless.
    const most = Math.min(limits.processed, Math.max(MOST, 8 * this.start.trace.steps));
    try {
      const result = yield* verification(
        { program, object, kernel, ...(machine === undefined ? {} : { machine }) },
        {
          logLevel: 0,
          ...(sink === undefined ? {} : { sink }),
          budget: { cancelled: () => ++looks * BETWEEN > most, pause },
        },
      );
      this.#work += result.processed;
      return result;
    } catch (error) {
      if (error instanceof Stopped) this.#work += most;
      if (error instanceof Stopped || error instanceof Unsupported) return null;
      throw error;
    }
  }

  *#recorded({ node }: Attempt): Generator<undefined, Node | null> {
    const recorder = new TraceRecorder(node.object.maps);
    const result = yield* this.#verified(node.object, node.program, recorder);
    if (result?.rejection === undefined) return null;
    const trace = recorder.finish(verdictOf(result), result.rejection);
    const text = new ProgramText(node.program, node.object, this.kernel);
    return { ...node, text, trace, rejection: result.rejection };
  }

  *#fix({ node, result }: Attempt): Generator<undefined, Fix> {
    const { steps, edits, object, program, origin } = node;
    const kept = origin.filter((at) => at >= 0).length;
    const cost = origin.length - kept + (this.start.program.insns.length - kept);
    const grade = (yield* this.#avoids(node)) ? 'leaves out' : node.grade;
    return { steps, grade, edits, object, program, origin, processed: result.processed, cost };
  }

  // Whether nothing comes to the instruction at fault any more: a check that always fails is as good as leaving it out.
  *#avoids({ object, program, origin }: Attempt['node']): Generator<undefined, boolean> {
    const at = origin.indexOf(this.start.rejection.insn);
    if (this.start.trace.steps === 0 || at < 0) return false;
    const visits = new Visits(at);
    yield* this.#verified(object, program, visits);
    return !visits.met;
  }
}

const nothing = (): void => {};

/** Looks whether a walk comes to an instruction. */
class Visits implements VerifierSink {
  met = false;
  readonly onProgram = nothing;
  readonly onPathStart = nothing;
  readonly onFork = nothing;
  readonly onCheckpoint = nothing;
  readonly onCompare = nothing;
  readonly onPathEnd = nothing;
  readonly onPrecise = nothing;
  readonly onWiden = nothing;
  readonly onReject = nothing;

  constructor(private readonly insn: number) {}

  onStep(_step: number, pc: number): void {
    if (pc === this.insn) this.met = true;
  }
}

// The number that an instruction had; of one that was put in, that of the nearest one before it.
function formerly(origin: Int32Array, at: number): number {
  for (let i = Math.min(at, origin.length - 1); i >= 0; i--) if (origin[i]! >= 0) return origin[i]!;
  return -1;
}

// Another rejection than before: of another kind, or elsewhere.
function isFurther(node: Node, { node: made, result }: Attempt): boolean {
  const { rejection } = result;
  if (rejection === undefined || made.grade === 'leaves out') return false;
  const was = node.rejection;
  const at = rejection.insn < 0 ? -1 : (made.origin[rejection.insn] ?? -1);
  const before = was.insn < 0 ? -1 : (node.origin[was.insn] ?? -1);
  const blame = JSON.stringify(rejection.blame) !== JSON.stringify(was.blame);
  return rejection.kind !== was.kind || at !== before || blame;
}

// The gentlest first; what got furthest before others.
const rank = ({ node, result }: Attempt): number => GRADES.indexOf(node.grade) * 1000 - Math.min(999, result.processed);
