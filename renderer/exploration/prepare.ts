import type { Exploration } from '../../core/trace/views/view.ts';
import { indexExploration } from './model.ts';
import type { ExplorationIndex } from './model.ts';

/** Paths from which on laying out is work of its own. */
const LARGE = 5000;
const known = new WeakMap<Exploration, ExplorationIndex>();
const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** An exploration as typed arrays, made once. */
export function indexOf(exploration: Exploration): ExplorationIndex {
  let index = known.get(exploration);
  if (index === undefined) {
    index = indexExploration(exploration);
    known.set(exploration, index);
  }
  return index;
}

/** Makes a large exploration ready in a task of its own, so that neither its arrival nor its first picture waits for it in one piece. */
export async function prepared(exploration: Exploration): Promise<Exploration> {
  if (exploration.paths.length < LARGE) return exploration;
  await nextTask();
  indexOf(exploration);
  await nextTask();
  return exploration;
}
