import type { Component } from 'svelte';
import EnvelopeTab from './EnvelopeTab.svelte';
import PruningTab from './PruningTab.svelte';
import RunTab from './RunTab.svelte';

/** A tab of the Exploration pane. */
export interface Instrument {
  readonly id: string;
  readonly title: string;
  /** What it shows beside the timeline, or in its place; null for the timeline itself. */
  readonly component: Component | null;
  /** The key that turns to it, as the palette shows it. */
  readonly keys?: string;
}

/** Every instrument; adding one adds a component and a line here. Tabs and palette offer what the list has. */
export const INSTRUMENTS = [
  { id: 'exploration', title: 'Exploration', component: null },
  { id: 'pruning', title: 'Pruning', component: PruningTab, keys: 'P' },
  { id: 'envelope', title: 'Envelope', component: EnvelopeTab },
  { id: 'run', title: 'Run', component: RunTab },
] as const satisfies readonly Instrument[];

export type InstrumentId = (typeof INSTRUMENTS)[number]['id'];
