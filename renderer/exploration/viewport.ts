/** The part of the step axis that is on show, and the size of the canvas. Lengths in CSS pixels. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
  /** Step at the left edge of the axis; a fraction while panning. */
  readonly from: number;
  /** Steps from the left edge of the axis to its right edge. */
  readonly span: number;
  /** The first row of lanes in view, where they are more than fit; a fraction while scrolling. */
  readonly row: number;
}

/** Room left and right of the axis, so that first dots and end labels are not cut. */
export const PAD_LEFT = 28;
export const PAD_RIGHT = 76;
/** Steps that may not be zoomed into further. */
const MIN_SPAN = 4;

export function axisWidth(width: number): number {
  return Math.max(1, width - PAD_LEFT - PAD_RIGHT);
}
/** The whole exploration in view. */
export function fit(width: number, height: number, steps: number): Viewport {
  return { width, height, from: 1, span: Math.max(1, steps - 1), row: 0 };
}
export function isFit(view: Viewport, steps: number): boolean {
  return view.from <= 1 + 1e-6 && view.span >= Math.max(1, steps - 1) - 1e-6;
}
export function perStep(view: Viewport): number {
  return axisWidth(view.width) / view.span;
}
export function xOf(view: Viewport, step: number): number {
  return PAD_LEFT + (step - view.from) * perStep(view);
}
/** Where a flag stands that was put right of a step. */
export function flagX(view: Viewport, step: number): number {
  return xOf(view, step) + Math.min(Math.max(16, perStep(view)), 40);
}
/** The step under `x`, as a fraction. */
export function stepAt(view: Viewport, x: number): number {
  return view.from + (x - PAD_LEFT) / perStep(view);
}
/** The whole step nearest to `x`, within the trace. */
export function nearestStep(view: Viewport, x: number, steps: number): number {
  return Math.min(Math.max(1, Math.round(stepAt(view, x))), Math.max(1, steps));
}

function clamp(view: Viewport, steps: number): Viewport {
  const whole = Math.max(1, steps - 1);
  const span = Math.min(Math.max(view.span, Math.min(MIN_SPAN, whole)), whole);
  const from = Math.min(Math.max(view.from, 1), Math.max(1, steps - span));
  return { ...view, from, span };
}
/** Zooms so that the step under `x` stays there; `factor` > 1 shows less of the axis. */
export function zoom(view: Viewport, x: number, factor: number, steps: number): Viewport {
  const at = stepAt(view, x);
  const whole = Math.max(1, steps - 1);
  const span = Math.min(Math.max(view.span / factor, Math.min(MIN_SPAN, whole)), whole);
  return clamp({ ...view, span, from: at - ((x - PAD_LEFT) / axisWidth(view.width)) * span }, steps);
}
export function pan(view: Viewport, dx: number, steps: number): Viewport {
  return clamp({ ...view, from: view.from - dx / perStep(view) }, steps);
}
/** Scrolls the lanes; how far they can be is for `planRows` to say. */
export function scroll(view: Viewport, rows: number): Viewport {
  return rows === 0 ? view : { ...view, row: view.row + rows };
}
export function resize(view: Viewport, width: number, height: number): Viewport {
  return { ...view, width, height };
}
/** Moves the view by as little as needed to show `step`, with a tenth of the span to spare. */
export function reveal(view: Viewport, step: number, steps: number): Viewport {
  const margin = view.span / 10;
  if (step < view.from + margin) return clamp({ ...view, from: step - margin }, steps);
  if (step > view.from + view.span - margin) return clamp({ ...view, from: step + margin - view.span }, steps);
  return view;
}
/** Shows the steps `first` to `last` with some room at both sides. */
export function show(view: Viewport, first: number, last: number, steps: number): Viewport {
  const span = Math.max(MIN_SPAN, (last - first) * 1.2);
  return clamp({ ...view, span, from: (first + last - span) / 2 }, steps);
}
/** Part `t` (0 … 1) of the way from one view to another; spans change by factors, so that zooming looks even. */
export function between(a: Viewport, b: Viewport, t: number): Viewport {
  const span = a.span * (b.span / a.span) ** t;
  // The step that both views show at the same place stays there.
  const fixed = Math.abs(a.span - b.span) < 1e-9 ? 0 : (a.from * b.span - b.from * a.span) / (b.span - a.span);
  const from =
    fixed === 0 || Math.abs(fixed) > 1e12 ? a.from + (b.from - a.from) * t : fixed + ((a.from - fixed) * span) / a.span;
  return { ...b, from, span, row: a.row + (b.row - a.row) * t };
}
