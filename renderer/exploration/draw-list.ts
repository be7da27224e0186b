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
  /** Only the two ends are drawn. */
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
}
export interface EndShape extends Dot {
  readonly kind: (typeof ENDS)[number];
  readonly path: number;
}
/** From the pruned path's end to the checkpoint that covers it: a cubic curve. */
export interface Arc {
  readonly points: readonly [number, number, number, number, number, number, number, number];
  /** Index of the prune. */
  readonly prune: number;
  readonly step: number;
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
}
export interface ChainShape {
  /** y of the rail under all lanes. */
  readonly rail: number;
  readonly marks: readonly { readonly x: number; readonly y: number; readonly step: number; readonly error: boolean }[];
}
/** What is to be drawn of the visible part; its size is bounded by the width of the canvas. */
export interface DrawList {
  readonly pitch: number;
  /** Lanes stand so close that shapes get smaller, and what links them is held back until it is asked for. */
  readonly crowded: boolean;
  readonly segments: readonly Segment[];
  readonly waits: readonly Wait[];
  readonly dots: readonly StepDot[];
  readonly forks: readonly ForkShape[];
  readonly ends: readonly EndShape[];
  readonly arcs: readonly Arc[];
  readonly labels: readonly Label[];
  readonly chain: ChainShape | null;
}
