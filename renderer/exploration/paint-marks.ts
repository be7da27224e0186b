import type { Pin } from './draw-list.ts';
import type { Kept } from './kept.ts';
import { lowerBound, upperBound } from './model.ts';
import type { ExplorationIndex } from './model.ts';
import { labelFont } from './paint.ts';
import type { Palette } from './palette.ts';
import { axisWidth, PAD_LEFT, stepAt, xOf } from './viewport.ts';
import type { Viewport } from './viewport.ts';
import { say } from '../words/index.ts';

/** Where the pins stand: over the axis, beside the playhead's handle. */
const TOP = 3;
const HEIGHT = 11;

/** Pins at the top of the axis: a flag each, with its name where there is room before the next one. */
export function paintPins(
  context: CanvasRenderingContext2D,
  view: Viewport,
  pins: readonly Pin[],
  palette: Palette,
  until: number,
): void {
  const seen = pins.filter(({ step }) => step <= until && xOf(view, step) >= -4 && xOf(view, step) <= view.width);
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  context.font = labelFont(palette, 'label');
  seen.forEach(({ step, name, from }, i) => {
    const x = Math.round(xOf(view, step)) + 0.5;
    const colour = from === true ? palette.drained : palette.scalar;
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.globalAlpha = 0.55;
    context.setLineDash([1, 3]);
    context.beginPath();
    context.moveTo(x, TOP + HEIGHT);
    context.lineTo(x, view.height);
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
    paintPin(context, x, TOP, HEIGHT, colour);
    const text =
      from !== true ? name : name === '' ? say.exploration.marks.from : say.exploration.marks.fromNamed(name);
    const next = seen[i + 1];
    const room = (next === undefined ? view.width - 60 : xOf(view, next.step)) - x - 16;
    const width = context.measureText(text).width;
    if (text === '' || width > room) return;
    context.fillStyle = palette.pane;
    context.fillRect(x + 8, TOP - 1, width + 4, HEIGHT + 2);
    context.fillStyle = colour;
    context.fillText(text, x + 10, TOP + HEIGHT - 2);
  });
}

/** A flag whose pole stands at `x`. */
export function paintPin(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  height: number,
  colour: string,
): void {
  context.fillStyle = colour;
  context.beginPath();
  context.rect(x - 0.75, y, 1.5, height);
  context.moveTo(x + 0.75, y);
  context.lineTo(x + 7, y + 3);
  context.lineTo(x + 0.75, y + 6);
  context.closePath();
  context.fill();
}

/** Where lanes are too many to tell apart: the parts of the axis on which paths stand out, in a line under the top edge. */
export function paintKeptStrip(
  context: CanvasRenderingContext2D,
  index: ExplorationIndex,
  kept: Kept,
  view: Viewport,
  palette: Palette,
  until: number,
): void {
  context.fillStyle = palette.scalar;
  const right = Math.min(PAD_LEFT + axisWidth(view.width), xOf(view, until));
  for (let x = PAD_LEFT; x <= right; x++) {
    const from = lowerBound(index.last, stepAt(view, x));
    const to = upperBound(index.first, stepAt(view, x + 1));
    if (to > from && kept.before[to]! > kept.before[from]!) context.fillRect(x, 17, 1, 3);
  }
}
