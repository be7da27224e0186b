/** What the tabs of the Exploration pane are called by the window's state. */
export type InstrumentId = 'exploration' | 'pruning' | 'envelope' | 'run' | 'seq-file';
