/** The instruments of the Exploration pane by their ids, in the order of their tabs. */
export const INSTRUMENT_IDS = ['exploration', 'pruning', 'envelope', 'run', 'seq-file'] as const;
export type InstrumentId = (typeof INSTRUMENT_IDS)[number];
