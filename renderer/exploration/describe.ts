import type { ForkMark, InsnLine } from '../../core/trace/views/view.ts';
import { functionWords, plain } from './layout-labels.ts';
import type { Hit } from './hit-test.ts';
import { frameOfStep, upperBound, waitingAt } from './model.ts';
import type { ExplorationIndex } from './model.ts';
import { pathsUntil } from './rows.ts';
import type { RowPlan } from './rows.ts';
import type { Scene } from './scene.ts';
import { say } from '../words/index.ts';

/** A tooltip: what it is, and why. */
export interface Description {
  readonly what: string;
  readonly why: string;
}

const ENDINGS = {
  exit: say.exploration.describe.reachesExit,
  pruned: say.exploration.describe.covered,
  rejected: say.exploration.describe.isRejectedHere,
  stopped: say.exploration.describe.stops,
} as const;
const FORKS = {
  next: 'next',
  branch: say.exploration.describe.aBranch,
  may_goto: 'may_goto',
  callback: say.exploration.describe.aCallback,
  'async-callback': say.exploration.describe.aFunctionCalledLater,
  lock: say.exploration.describe.aLockThatMayFail,
  'all-or-none': say.exploration.describe.aValue,
} as const;

function insnText(insns: readonly InsnLine[], pc: number): string {
  return `${pc}: ${insns[pc]?.text ?? ''}`;
}

/** Says what lies under the pointer, and no more than is known of it. */
export function describe(scene: Scene, insns: readonly InsnLine[], hit: Hit): Description {
  const { what, why } = described(scene, insns, hit);
  return { what: plain(what), why: plain(why) };
}
function described({ index, until, nameOf }: Scene, insns: readonly InsnLine[], hit: Hit): Description {
  const { source } = index;
  const inFunction = (step: number): string => {
    const run = frameOfStep(index, step);
    return (index.frameDepth[run] ?? 1) < 2
      ? ''
      : say.exploration.describe.inFunction(functionWords(nameOf(index.frameSubprog[run]!)));
  };
  switch (hit.kind) {
    case 'fork': {
      const fork = source.forks.at(index.forkAt[hit.fork]!)!;
      const waits =
        fork.resumedAt > until
          ? say.exploration.describe.theOtherPathWaits
          : fork.resumedAt > 0
            ? say.exploration.describe.waitsUntil(fork.resumedAt)
            : until < index.steps
              ? say.exploration.describe.theOtherPathWaits
              : say.exploration.describe.theOtherPathWasNever;
      return {
        what: say.exploration.describe.forkAt(FORKS[fork.kind], insnText(insns, fork.pc)),
        why: [fork.reason, decided(fork, index, until), waits].filter((text) => text !== '').join(' · '),
      };
    }
    case 'wait': {
      const fork = source.forks.at(index.forkAt[hit.fork]!)!;
      const path = hit.path < 0 ? undefined : source.paths.at(index.pathAt[hit.path]!);
      if (path === undefined && until < index.steps)
        return { what: say.exploration.describe.onePathWaits, why: say.exploration.describe.sinceFork(fork.step) };
      return {
        what:
          path === undefined
            ? say.exploration.describe.aPathThatWasNever
            : path.label === ''
              ? say.exploration.describe.thisPath
              : path.label,
        why:
          path === undefined
            ? say.exploration.describe.stoppedBefore(fork.step)
            : say.exploration.describe.waits(fork.step, path.firstStep),
      };
    }
    case 'prune': {
      const prune = source.prunes.at(index.pruneAt[hit.prune]!)!;
      return { what: say.exploration.describe.pruned, why: prune.label };
    }
    case 'end': {
      const path = source.paths.at(index.pathAt[hit.path]!)!;
      const prune = path.end === 'pruned' ? pruneOf(index, hit.path) : undefined;
      return {
        what: say.exploration.describe.thisPathEnds(ENDINGS[path.end]),
        why: prune ?? insnText(insns, source.pcs[hit.step - 1] ?? 0),
      };
    }
    case 'lane': {
      const path = source.paths.at(index.pathAt[hit.path]!)!;
      return {
        what: say.exploration.describe.step(hit.step, insnText(insns, source.pcs[hit.step - 1] ?? 0)),
        why: [inFunction(hit.step), path.label === '' ? say.exploration.describe.theFirstPath : path.label]
          .filter(Boolean)
          .join(' · '),
      };
    }
  }
}

/** The words of the prune that ended a path (index), undefined if there is none. */
function pruneOf(index: ExplorationIndex, path: number): string | undefined {
  const prune = index.pathPrune[path]!;
  return prune < 0 ? undefined : index.source.prunes.at(index.pruneAt[prune]!)!.label;
}

/** What a fork takes first; empty where the playhead stands at it in fog. */
export const decided = ({ step, label }: ForkMark, { steps }: ExplorationIndex, until: number): string =>
  until < steps && step >= until ? '' : label;

/** A path in one sentence, for the text twin: as far as it is known. */
export function pathWords(index: ExplorationIndex, path: number, until: number): string {
  const lane = index.source.paths.at(index.pathAt[path]!)!;
  const from = index.fromFork[path]!;
  const label = lane.label === '' ? say.exploration.describe.fromTheStart : lane.label;
  const origin =
    from < 0
      ? label
      : say.exploration.describe.waitedSince(
          label,
          index.source.forks.at(index.forkAt[from]!)!.pc,
          index.forkStep[from]!,
        );
  const name =
    until < index.steps
      ? say.exploration.describe.path(path + 1)
      : say.exploration.describe.pathOf(path + 1, index.pathCount);
  if (lane.lastStep > until) return say.exploration.describe.pathSoFar(name, origin, lane.firstStep, until);
  const end = lane.end === 'pruned' ? (pruneOf(index, path) ?? ENDINGS.pruned) : ENDINGS[lane.end];
  return say.exploration.describe.pathWhole(name, origin, lane.firstStep, lane.lastStep, end);
}

/** Which lanes are in view, and on which the playhead is. */
export function rowWords({ until, index }: Scene, { row, shown, count }: RowPlan, path: number): string {
  const first = Math.round(row) + 1;
  const last = Math.min(count, first + shown - 1);
  const lanes =
    until < index.steps
      ? say.exploration.describe.rowsSoFar(first, last)
      : say.exploration.describe.rowsOf(first, last, count);
  return path < 0 ? lanes : say.exploration.describe.rowOfPlayhead(lanes, path + 1);
}

/** The walk in numbers, as far as it is known. */
export function walkWords(index: ExplorationIndex, until: number): string {
  const paths = pathsUntil(index, until);
  const forks = upperBound(index.forkStep, until);
  const pruned = upperBound(index.pruneStep, until);
  return until < index.steps
    ? say.exploration.describe.walkSoFar(paths, forks, pruned, waitingWords(waitingAt(index, until)))
    : say.exploration.describe.walk(paths, forks, pruned);
}
/** How many paths wait. */
export const waitingWords = (count: number): string => say.exploration.describe.pathsWait(count);
