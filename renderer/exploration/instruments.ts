import type { Component } from 'svelte';
import EnvelopeTab from './EnvelopeTab.svelte';
import PruningTab from './PruningTab.svelte';
import RunTab from './RunTab.svelte';
import type { InstrumentId } from './instrument-ids.ts';
import CallsTab from '../seq-file/CallsTab.svelte';

/** A tab of the Exploration pane. */
export interface Instrument {
  readonly id: InstrumentId;
  readonly title: string;
  /** What it shows beside the timeline, or in its place; null for the timeline itself. */
  readonly component: Component | null;
  /** Offered for iterator programs only; it has an axis and a transport of its own, and takes the panes around along. */
  readonly ofIterator?: true;
  /** The key that turns to it, as the palette shows it. */
  readonly keys?: string;
}

/** Every instrument; adding one adds a component, its id and a line here. Tabs and palette offer what the list has. */
export const INSTRUMENTS = [
  { id: 'exploration', title: 'Exploration', component: null },
  { id: 'pruning', title: 'Pruning', component: PruningTab, keys: 'P' },
  { id: 'envelope', title: 'Envelope', component: EnvelopeTab },
  { id: 'run', title: 'Run', component: RunTab },
  { id: 'seq-file', title: 'Seq file', component: CallsTab, keys: 'S', ofIterator: true },
] as const satisfies readonly Instrument[];

/** Those that a program has. */
export const instrumentsOf = (isIterator: boolean): readonly (typeof INSTRUMENTS)[number][] =>
  INSTRUMENTS.filter((one: Instrument) => isIterator || one.ofIterator !== true);

export type { InstrumentId };
