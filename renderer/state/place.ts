import { MODES } from './mode.svelte.ts';
import type { Mode } from './mode.svelte.ts';

/** Where a person was: told again to a window that is opened anew. */
export interface Place {
  readonly session: number;
  readonly step: number;
  readonly mode: Mode;
}
/** Checks what was kept. */
export const isPlace = (value: unknown): Place | null => {
  const { session, step, mode } = (value ?? {}) as Partial<Record<keyof Place, unknown>>;
  return Number.isInteger(session) && Number.isInteger(step) && MODES.includes(mode as Mode) ? (value as Place) : null;
};
