import type { Component } from 'svelte';
import DifferenceTab from './DifferenceTab.svelte';
import EnvelopeTab from './EnvelopeTab.svelte';
import { INSTRUMENT_LIST } from './instrument-list.ts';
import type { InstrumentEntry, InstrumentId } from './instrument-list.ts';
import PruningTab from './PruningTab.svelte';
import RunTab from './RunTab.svelte';
import CallsTab from '../seq-file/CallsTab.svelte';

/** A tab of the Exploration pane. */
export interface Instrument extends InstrumentEntry {
  readonly id: InstrumentId;
  /** What it shows beside the timeline, or in its place; null for the timeline itself. */
  readonly component: Component | null;
}

const COMPONENTS: Readonly<Record<InstrumentId, Component | null>> = {
  exploration: null,
  pruning: PruningTab,
  difference: DifferenceTab,
  envelope: EnvelopeTab,
  run: RunTab,
  'seq-file': CallsTab,
};

const INSTRUMENTS: readonly Instrument[] = INSTRUMENT_LIST.map((entry) => ({
  ...entry,
  component: COMPONENTS[entry.id],
}));

/** Those that a program has. */
export const instrumentsOf = (isIterator: boolean): readonly Instrument[] =>
  INSTRUMENTS.filter(({ ofIterator }) => isIterator || ofIterator !== true);
