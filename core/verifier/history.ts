import type { Env } from './env.ts';
import type { LinkedReg, VState } from './state.ts';

/** Remembers that the current instruction is a jump, touched a stack slot, or refined linked registers. One entry an instruction. */
export function pushHistory(
  env: Env,
  state: VState,
  flags = 0,
  spi = 0,
  frame = 0,
  linked: readonly LinkedReg[] | null = null,
): void {
  const entry = env.historyEntry;
  if (entry !== null) {
    entry.flags |= flags;
    entry.spi = spi;
    entry.frame = frame;
    entry.linked = linked;
    return;
  }
  const made = { idx: env.insnIdx, prevIdx: env.prevInsnIdx, flags, spi, frame, linked };
  state.history.push(made);
  env.historyEntry = made;
}
