import { say } from '../words/index.ts';

/** A tab of the Exploration pane, without what it shows. */
export interface InstrumentEntry {
  readonly id: string;
  readonly title: string;
  /** Offered for iterator programs only; it has an axis and a transport of its own, and takes the panes around along. */
  readonly ofIterator?: true;
  /** The key that turns to it, as the palette shows it. */
  readonly keys?: string;
}

/** Every instrument; adding one adds a line here, and its component in `instruments.ts`. Tabs and palette offer what the list has. */
export const INSTRUMENT_LIST = [
  { id: 'exploration', title: say.exploration.instrumentList.exploration },
  { id: 'pruning', title: say.exploration.instrumentList.pruning, keys: 'P' },
  { id: 'difference', title: say.exploration.instrumentList.difference },
  { id: 'envelope', title: say.exploration.instrumentList.envelope },
  { id: 'run', title: say.exploration.instrumentList.run },
  { id: 'seq-file', title: say.exploration.instrumentList.seqFile, keys: 'S', ofIterator: true },
] as const satisfies readonly InstrumentEntry[];

export type InstrumentId = (typeof INSTRUMENT_LIST)[number]['id'];
