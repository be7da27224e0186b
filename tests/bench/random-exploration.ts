import type { CheckpointMark, Exploration, ForkMark, PathLane, PruneMark } from '../../core/trace/views/view.ts';

/** A seeded depth-first walk with `forks` forks: paths of 4 to 19 steps, half of them covered by an earlier state. */
export function randomExploration(forkCount: number, seed: number): Exploration {
  let state = seed >>> 0;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const paths: PathLane[] = [];
  const forks: ForkMark[] = [];
  const checkpoints: CheckpointMark[] = [];
  const prunes: PruneMark[] = [];
  const waiting: number[] = [];
  let step = 1;
  for (let id = 0; id === 0 || waiting.length > 0; id++) {
    const from = id === 0 ? -1 : waiting.pop()!;
    const length = 4 + random(16);
    const pruned = checkpoints.length > 0 && random(2) === 0;
    const outcome = id === 0 ? 'start' : (['non-null', 'taken', 'not-taken', 'null'] as const)[random(4)]!;
    paths.push({
      id,
      fork: from,
      firstStep: step,
      lastStep: step + length - 1,
      end: pruned ? 'pruned' : 'exit',
      label: id === 0 ? '' : 'then non-NULL: active',
      outcome,
    });
    if (from >= 0) forks[from] = { ...forks[from]!, child: id, resumedAt: step };
    // Forks come in waves, so that the number of waiting paths rises and falls.
    const wave = Math.sin((6 * forks.length) / forkCount) > 0 ? 3 : 2;
    const wanted = Math.max(waiting.length === 0 ? 1 : 0, random(wave));
    for (let k = 0; k < wanted && forks.length < forkCount; k++) {
      waiting.push(forks.length);
      forks.push({
        id: forks.length,
        step: step + k,
        pc: random(64),
        kind: random(2) === 0 ? 'next' : 'branch',
        path: id,
        child: -1,
        resumedAt: 0,
        label: 'NULL first: drained',
        reason: 'next may return NULL or an element',
      });
    }
    if (random(3) === 0) checkpoints.push({ id: checkpoints.length, step: step + 1, pc: random(64), path: id });
    if (pruned) {
      const checkpoint = checkpoints[random(checkpoints.length)]!;
      prunes.push({
        step: step + length - 1,
        pc: checkpoint.pc,
        path: id,
        checkpoint: checkpoint.id,
        label: 'covered',
      });
    }
    step += length;
  }
  const pcs = new Uint32Array(step - 1);
  for (let i = 0; i < pcs.length; i++) pcs[i] = random(64);
  return { steps: step - 1, paths, forks, checkpoints, prunes, pcs };
}
