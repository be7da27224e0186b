import type { Geometry } from './layout-geometry.ts';
import type { ENDS, Tone } from './model.ts';

/** Names of the design tokens that drawings use. */
export type Colour = 'text' | 'dim' | 'active' | 'drained' | 'prune' | 'bad' | 'ok';

export interface Segment {
  readonly x0: number;
  readonly x1: number;
  readonly y: number;
  readonly tone: Tone;
  /** Index of the path. */
  readonly path: number;
  /** Steps that it covers. */
  readonly from: number;
  readonly to: number;
}
/** Where a lane sinks into a function that is called, or comes back out of it. */
export interface Riser {
  readonly x: number;
  readonly y0: number;
  readonly y1: number;
  readonly tone: Tone;
  readonly path: number;
  readonly step: number;
}
/** The line along which a path waits, from its fork to the step at which it is taken up. */
export interface Wait {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly tone: Tone;
  /** Index of the fork; of the path that waits, -1 when it was never taken up. */
  readonly fork: number;
  readonly path: number;
  readonly step: number;
  /** Only a hook at the fork is drawn: where the path went on is not known, or would be too much here. */
  readonly stub: boolean;
  /** Where it leaves its lane: beside the fork, so that the pc under it stays readable. */
  readonly drop: number;
}
interface Dot {
  readonly x: number;
  readonly y: number;
  readonly step: number;
}
/** A processed instruction. */
export interface StepDot extends Dot {
  readonly pc: number;
}
export interface ForkShape extends StepDot {
  /** Index of the fork. */
  readonly fork: number;
  /** It is filtered out. */
  readonly faint?: true;
}
export interface EndShape extends Dot {
  readonly kind: (typeof ENDS)[number];
  readonly path: number;
  /** Index of the prune that ended it, -1 for none. */
  readonly prune: number;
}
/** From the pruned path's end to the checkpoint that covers it: a cubic curve. */
export interface Arc {
  readonly points: readonly [number, number, number, number, number, number, number, number];
  /** Index of the prune. */
  readonly prune: number;
  readonly step: number;
  /** Tone of the lane that it ends. */
  readonly tone: Tone;
}
export interface Label {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly align: 'left' | 'right' | 'center';
  readonly colour: Colour;
  readonly bold: boolean;
  /** A pc in the code font. */
  readonly code: boolean;
  /** Step from which on it has happened. */
  readonly step: number;
  /** Lines behind it give way. */
  readonly halo?: boolean;
  /** Framed: says what is not drawn. */
  readonly ghost?: boolean;
}
/** A label that has found its place. */
export interface PlacedLabel extends Label {
  readonly x0: number;
  readonly x1: number;
}
/** The axis that is not walked yet, in fog. */
export interface Fog {
  readonly x: number;
  readonly y: number;
}
export interface ChainShape {
  /** y of the rail under all lanes. */
  readonly rail: number;
  readonly marks: readonly { readonly x: number; readonly y: number; readonly step: number; readonly error: boolean }[];
}
/** A step that is marked on the axis, with what is written beside it; `from` is the one that the Difference tab compares with. */
export interface Pin {
  readonly step: number;
  readonly name: string;
  readonly from?: true;
}

/** What is to be drawn of the visible part; its size is bounded by the size of the canvas. */
export interface DrawList {
  readonly geometry: Geometry;
  readonly segments: readonly Segment[];
  /** Stretches of lanes that are filtered out. */
  readonly faint: readonly Segment[];
  readonly risers: readonly Riser[];
  readonly waits: readonly Wait[];
  readonly dots: readonly StepDot[];
  readonly forks: readonly ForkShape[];
  readonly ends: readonly EndShape[];
  readonly labels: readonly PlacedLabel[];
  readonly chain: ChainShape | null;
  readonly fog: Fog | null;
}
/** What links lanes and is drawn only where it is asked for: selected, under the pointer, or at the playhead. */
export interface Links {
  readonly waits: readonly Wait[];
  readonly arcs: readonly Arc[];
  readonly labels: readonly PlacedLabel[];
}
