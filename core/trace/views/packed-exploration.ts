import type { FrameRun } from '../query/frame-runs.ts';
import type { CheckpointMark, Exploration, ForkMark, PackedExploration, PathLane, PruneMark, Rows } from './view.ts';

/** Kinds by number, as the columns have them. */
export const PATH_ENDS: readonly PathLane['end'][] = ['exit', 'pruned', 'rejected', 'stopped'];
export const OUTCOMES: readonly PathLane['outcome'][] = ['null', 'non-null', 'taken', 'not-taken', 'start'];
export const FORK_KINDS: readonly ForkMark['kind'][] = [
  'next',
  'branch',
  'may_goto',
  'callback',
  'all-or-none',
  'async-callback',
  'lock',
];

/** What a fork decides of an iterator, by number; `undecided` for a fork that is about something else. */
export const ITERATOR_STATES = ['undecided', 'active', 'drained'] as const;
type IteratorState = (typeof ITERATOR_STATES)[number];

/** Of the path that goes on at once: next gives NULL there, and the iterator is drained. */
const goingOn = ({ kind }: ForkMark): IteratorState => (kind === 'next' ? 'drained' : 'undecided');
/** Of the path that waited. */
const takenUp = ({ outcome }: PathLane): IteratorState =>
  outcome === 'null' ? 'drained' : outcome === 'non-null' ? 'active' : 'undecided';

/** Fills the columns of an exploration, one mark after the other. */
export class ExplorationPacker {
  readonly #texts: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #paths: PackedExploration['paths'];
  readonly #forks: PackedExploration['forks'];
  readonly #checkpoints: PackedExploration['checkpoints'];
  readonly #prunes: PackedExploration['prunes'];
  readonly #frames: FrameRun[] = [];
  #path = 0;
  #fork = 0;
  #checkpoint = 0;
  #prune = 0;

  constructor(sizes: { paths: number; forks: number; checkpoints: number; prunes: number }) {
    const signed = (n: number): Int32Array => new Int32Array(n);
    const words = (n: number): Uint32Array => new Uint32Array(n);
    const small = (n: number): Uint8Array => new Uint8Array(n);
    const { paths: p, forks: f, checkpoints: c, prunes: u } = sizes;
    this.#paths = {
      id: signed(p),
      fork: signed(p),
      first: words(p),
      last: words(p),
      end: small(p),
      outcome: small(p),
      iterator: small(p),
      label: words(p),
    };
    this.#forks = {
      id: signed(f),
      step: words(f),
      pc: words(f),
      kind: small(f),
      iterator: small(f),
      path: signed(f),
      child: signed(f),
      resumedAt: words(f),
      label: words(f),
      reason: words(f),
    };
    this.#checkpoints = { id: signed(c), step: words(c), pc: words(c), path: signed(c) };
    this.#prunes = { step: words(u), pc: words(u), path: signed(u), checkpoint: signed(u), label: words(u) };
  }

  path(lane: PathLane): void {
    const [to, i] = [this.#paths, this.#path++];
    to.id[i] = lane.id;
    to.fork[i] = lane.fork;
    to.first[i] = lane.firstStep;
    to.last[i] = lane.lastStep;
    to.end[i] = PATH_ENDS.indexOf(lane.end);
    to.outcome[i] = OUTCOMES.indexOf(lane.outcome);
    to.iterator[i] = ITERATOR_STATES.indexOf(takenUp(lane));
    to.label[i] = this.#text(lane.label);
  }
  fork(mark: ForkMark): void {
    const [to, i] = [this.#forks, this.#fork++];
    to.id[i] = mark.id;
    to.step[i] = mark.step;
    to.pc[i] = mark.pc;
    to.kind[i] = FORK_KINDS.indexOf(mark.kind);
    to.iterator[i] = ITERATOR_STATES.indexOf(goingOn(mark));
    to.path[i] = mark.path;
    to.child[i] = mark.child;
    to.resumedAt[i] = mark.resumedAt;
    to.label[i] = this.#text(mark.label);
    to.reason[i] = this.#text(mark.reason);
  }
  checkpoint({ id, step, pc, path }: CheckpointMark): void {
    const [to, i] = [this.#checkpoints, this.#checkpoint++];
    to.id[i] = id;
    to.step[i] = step;
    to.pc[i] = pc;
    to.path[i] = path;
  }
  prune(mark: PruneMark): void {
    const [to, i] = [this.#prunes, this.#prune++];
    to.step[i] = mark.step;
    to.pc[i] = mark.pc;
    to.path[i] = mark.path;
    to.checkpoint[i] = mark.checkpoint;
    to.label[i] = this.#text(mark.label);
  }
  /** From a step on the walk is in this function. */
  frame(run: FrameRun): void {
    this.#frames.push(run);
  }
  finish(steps: number, pcs: Uint32Array): PackedExploration {
    return {
      steps,
      pcs,
      texts: this.#texts,
      paths: this.#paths,
      forks: this.#forks,
      checkpoints: this.#checkpoints,
      prunes: this.#prunes,
      frames: {
        step: Uint32Array.from(this.#frames, ({ step }) => step),
        depth: Uint8Array.from(this.#frames, ({ depth }) => depth),
        subprog: Uint32Array.from(this.#frames, ({ subprog }) => subprog),
      },
    };
  }

  #text(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#texts.push(text) - 1;
      this.#numbers.set(text, number);
    }
    return number;
  }
}

/** The columns of an exploration that was put together from marks. */
export function packExploration({ steps, pcs, paths, forks, checkpoints, prunes }: Exploration): PackedExploration {
  const packer = new ExplorationPacker({
    paths: paths.length,
    forks: forks.length,
    checkpoints: checkpoints.length,
    prunes: prunes.length,
  });
  for (const path of paths) packer.path(path);
  for (const fork of forks) packer.fork(fork);
  for (const checkpoint of checkpoints) packer.checkpoint(checkpoint);
  for (const prune of prunes) packer.prune(prune);
  return packer.finish(steps, pcs);
}

/** Marks that are put together when they are asked for. */
class Columns<T> implements Rows<T> {
  constructor(
    readonly length: number,
    private readonly make: (i: number) => T,
  ) {}
  at(i: number): T | undefined {
    const index = i < 0 ? this.length + i : i;
    return index >= 0 && index < this.length ? this.make(index) : undefined;
  }
  *[Symbol.iterator](): Generator<T, undefined> {
    for (let i = 0; i < this.length; i++) yield this.make(i);
  }
}

/** An exploration over its columns. */
export function unpackExploration(packed: PackedExploration): Exploration {
  const { paths, forks, checkpoints, prunes, texts } = packed;
  const text = (place: number): string => texts[place] ?? '';
  return {
    steps: packed.steps,
    pcs: packed.pcs,
    packed,
    paths: new Columns(paths.id.length, (i) => ({
      id: paths.id[i]!,
      fork: paths.fork[i]!,
      firstStep: paths.first[i]!,
      lastStep: paths.last[i]!,
      end: PATH_ENDS[paths.end[i]!]!,
      label: text(paths.label[i]!),
      outcome: OUTCOMES[paths.outcome[i]!]!,
    })),
    forks: new Columns(forks.id.length, (i) => ({
      id: forks.id[i]!,
      step: forks.step[i]!,
      pc: forks.pc[i]!,
      kind: FORK_KINDS[forks.kind[i]!]!,
      path: forks.path[i]!,
      child: forks.child[i]!,
      resumedAt: forks.resumedAt[i]!,
      label: text(forks.label[i]!),
      reason: text(forks.reason[i]!),
    })),
    checkpoints: new Columns(checkpoints.id.length, (i) => ({
      id: checkpoints.id[i]!,
      step: checkpoints.step[i]!,
      pc: checkpoints.pc[i]!,
      path: checkpoints.path[i]!,
    })),
    prunes: new Columns(prunes.step.length, (i) => ({
      step: prunes.step[i]!,
      pc: prunes.pc[i]!,
      path: prunes.path[i]!,
      checkpoint: prunes.checkpoint[i]!,
      label: text(prunes.label[i]!),
    })),
  };
}
