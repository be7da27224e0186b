import { INSTRUMENT_LIST } from '../exploration/instrument-list.ts';
import type { InstrumentId } from '../exploration/instrument-list.ts';
import { MODES } from './modes.ts';
import type { Mode } from './modes.ts';

/** Where a person was: told again to a window that is opened anew. */
export interface Place {
  readonly session: number;
  readonly step: number;
  readonly mode: Mode;
  /** Tab of the Exploration pane, and whether the rejection was explained. */
  readonly tab?: InstrumentId;
  readonly explaining?: boolean;
}
/** Checks what was kept. */
export const isPlace = (value: unknown): Place | null => {
  const { session, step, mode, tab, explaining } = (value ?? {}) as Partial<Record<keyof Place, unknown>>;
  if (tab !== undefined && !INSTRUMENT_LIST.some(({ id }) => id === tab)) return null;
  if (explaining !== undefined && typeof explaining !== 'boolean') return null;
  return Number.isInteger(session) && Number.isInteger(step) && MODES.includes(mode as Mode) ? (value as Place) : null;
};
