import type { Env } from '../env.ts';
import type { HistoryEntry, VState } from '../values/state.ts';

/** Remembers that the current instruction is a jump, touched a stack slot, or refined linked registers. One entry an instruction. */
export function pushHistory(
  env: Env,
  state: VState,
  flags = 0,
  slot: HistoryEntry['slot'] = null,
  linked: HistoryEntry['linked'] = null,
): void {
  // A second note at an instruction takes the place of the first: states pushed in between keep what they saw.
  const earlier = env.historyEntry;
  const before = earlier === null ? state.history : earlier.before;
  env.historyEntry = state.history = {
    idx: env.insnIdx,
    prevIdx: env.prevInsnIdx,
    flags: earlier === null ? flags : earlier.flags | flags,
    slot,
    linked,
    before,
    count: before === null ? 1 : before.count + 1,
  };
}
