import { grouped } from '../format.ts';
import type { InsnLine } from '../../core/trace/views/view.ts';
import type { Hit } from './hit-test.ts';
import type { ExplorationIndex } from './model.ts';

/** A tooltip: what it is, and why. */
export interface Description {
  readonly what: string;
  readonly why: string;
}

const ENDINGS = {
  exit: 'reaches exit',
  pruned: 'is covered by an earlier state: safe, and not walked again',
  rejected: 'is rejected here',
  stopped: 'stops here: the verifier went no further',
} as const;
const FORKS = {
  next: 'next',
  branch: 'a branch',
  may_goto: 'may_goto',
  callback: 'a callback',
  'async-callback': 'a function called later',
  lock: 'a lock that may fail',
  'all-or-none': 'a value',
} as const;

function insnText(insns: readonly InsnLine[], pc: number): string {
  return `${pc}: ${insns[pc]?.text ?? ''}`;
}

/** Says what lies under the pointer. */
export function describe(index: ExplorationIndex, insns: readonly InsnLine[], hit: Hit): Description {
  const { source } = index;
  switch (hit.kind) {
    case 'fork': {
      const fork = source.forks.at(index.forkAt[hit.fork]!)!;
      const waits =
        fork.resumedAt > 0
          ? `The other path waits until step ${grouped(fork.resumedAt)}.`
          : 'The other path was never taken up.';
      return {
        what: `fork at ${FORKS[fork.kind]} · ${insnText(insns, fork.pc)}`,
        why: [fork.reason, fork.label, waits].filter((text) => text !== '').join(' · '),
      };
    }
    case 'wait': {
      const fork = source.forks.at(index.forkAt[hit.fork]!)!;
      const path = hit.path < 0 ? undefined : source.paths.at(index.pathAt[hit.path]!);
      return {
        what: path === undefined ? 'a path that was never taken up' : `${path.label === '' ? 'this path' : path.label}`,
        why:
          path === undefined
            ? `forked at step ${grouped(fork.step)}; the verifier stopped before it`
            : `waits from step ${grouped(fork.step)} to step ${grouped(path.firstStep)}`,
      };
    }
    case 'prune': {
      const prune = source.prunes.at(index.pruneAt[hit.prune]!)!;
      return { what: 'pruned', why: prune.label };
    }
    case 'end': {
      const path = source.paths.at(index.pathAt[hit.path]!)!;
      const prune = path.end === 'pruned' ? pruneOf(index, hit.path) : undefined;
      return { what: `this path ${ENDINGS[path.end]}`, why: prune ?? insnText(insns, source.pcs[hit.step - 1] ?? 0) };
    }
    case 'lane': {
      const path = source.paths.at(index.pathAt[hit.path]!)!;
      return {
        what: `step ${grouped(hit.step)} · ${insnText(insns, source.pcs[hit.step - 1] ?? 0)}`,
        why: path.label === '' ? 'the first path' : path.label,
      };
    }
  }
}

/** The words of the prune that ended a path (index), undefined if there is none. */
function pruneOf(index: ExplorationIndex, path: number): string | undefined {
  const id = index.source.paths.at(index.pathAt[path]!)!.id;
  const last = index.last[path]!;
  let low = 0;
  let high = index.pruneStep.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (index.pruneStep[middle]! < last) low = middle + 1;
    else high = middle;
  }
  for (let p = low; p < index.pruneStep.length && index.pruneStep[p]! <= last + 1; p++) {
    const prune = index.source.prunes.at(index.pruneAt[p]!)!;
    if (prune.path === id) return prune.label;
  }
  return undefined;
}

/** A path in one sentence, for the text twin. */
export function pathWords(index: ExplorationIndex, path: number): string {
  const lane = index.source.paths.at(index.pathAt[path]!)!;
  const from = index.fromFork[path]!;
  const origin =
    from < 0
      ? ''
      : `, waited since the fork at ${index.source.forks.at(index.forkAt[from]!)!.pc} (step ${index.forkStep[from]!})`;
  const end = lane.end === 'pruned' ? (pruneOf(index, path) ?? ENDINGS.pruned) : ENDINGS[lane.end];
  return `path ${path + 1} of ${index.pathCount}: ${lane.label === '' ? 'from the start' : lane.label}${origin}, steps ${lane.firstStep} to ${lane.lastStep}, ${end}`;
}
