import type { EngineApi } from '../../core/engine/protocol.ts';
import type { Exploration, SessionInfo } from '../../core/trace/views/view.ts';

/** Steps that are asked before giving up on a close one. */
const TRIES = 300;

/**
 * The next step after (`direction` 1) or before (-1) `step` at which states were compared; 0 if there is none. A comparison happens where a
 * checkpoint has been stored, so only steps at such instructions are asked.
 */
export async function findComparison(
  engine: EngineApi,
  info: SessionInfo,
  exploration: Exploration,
  step: number,
  direction: 1 | -1,
  stopped: () => boolean,
): Promise<number> {
  const firstStored = new Map<number, number>();
  for (const checkpoint of exploration.checkpoints) {
    const known = firstStored.get(checkpoint.pc);
    if (known === undefined || checkpoint.step < known) firstStored.set(checkpoint.pc, checkpoint.step);
  }
  let tries = 0;
  for (let s = step + direction; s >= 1 && s <= exploration.steps && tries < TRIES; s += direction) {
    const stored = firstStored.get(exploration.pcs[s - 1]!);
    if (stored === undefined || stored > s) continue;
    tries++;
    if (stopped()) return 0;
    if ((await engine.comparisons(info.id, s)).length > 0) return s;
  }
  if (tries < TRIES) return 0;
  const prunes = [...exploration.prunes].filter((prune) => (direction > 0 ? prune.step > step : prune.step < step));
  return (direction > 0 ? prunes[0] : prunes[prunes.length - 1])?.step ?? 0;
}
