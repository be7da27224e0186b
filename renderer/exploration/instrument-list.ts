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
  { id: 'exploration', title: 'Exploration' },
  { id: 'pruning', title: 'Pruning', keys: 'P' },
  { id: 'difference', title: 'Difference' },
  { id: 'envelope', title: 'Envelope' },
  { id: 'run', title: 'Run' },
  { id: 'seq-file', title: 'Seq file', keys: 'S', ofIterator: true },
] as const satisfies readonly InstrumentEntry[];

export type InstrumentId = (typeof INSTRUMENT_LIST)[number]['id'];
