import { rgb } from '../palette.ts';
import type { Palette } from '../palette.ts';
import { PAD_LEFT, axisWidth } from '../viewport.ts';
import type { Viewport } from '../viewport.ts';
import type { RoundCell, RoundCells, ValueLine } from './round-cells.ts';

/** Heights: the strip of cells, and under it the line of the value that differs. */
export const STRIP = 18;
export const LINE = 30;
const GAP = 6;
/** Height of a loop's canvas. */
export const canvasHeight = (hasLine: boolean): number => STRIP + 4 + (hasLine ? GAP + LINE : 0);

/** What is marked: the round of the playhead and the one under the pointer, from 0; -1 for none. */
export interface Marked {
  readonly at: number;
  readonly hover: number;
}

/** Paints the rounds of a loop: new ones filled, widened ones hatched, covered ones with a diamond or, where several share a cell, as its foot. */
export function paintCells(
  context: CanvasRenderingContext2D,
  { cells, each }: RoundCells,
  palette: Palette,
  marked: Marked,
): void {
  for (const [i, cell] of cells.entries()) {
    // Neighbours are told apart by a shade where there is no room for a gap.
    const shade = each > 1 && i % 2 === 1 ? 0.78 : 1;
    paintCell(context, cell, palette, shade);
  }
  for (const [round, colour] of [
    [marked.hover, palette.dim],
    [marked.at, palette.text],
  ] as const) {
    const cell = cells.find(({ from, to }) => round >= from && round < to);
    if (cell === undefined) continue;
    context.strokeStyle = colour;
    context.lineWidth = 1.6;
    context.strokeRect(cell.x0 - 1, 0.8, Math.max(3, cell.x1 - cell.x0 + 1), STRIP + 0.4);
  }
}

function paintCell(context: CanvasRenderingContext2D, cell: RoundCell, palette: Palette, shade: number): void {
  const { x0, x1, counts } = cell;
  const width = Math.max(1, x1 - x0 - (x1 - x0 > 5 ? 1.2 : 0));
  const total = counts.new + counts.widened + counts.covered;
  const colour = (hex: string, alpha: number): string => {
    const [r, g, b] = rgb(hex);
    return `rgb(${r} ${g} ${b} / ${alpha * shade})`;
  };
  let y = 1.5;
  const part = (count: number, paint: (y: number, height: number) => void): void => {
    if (count === 0) return;
    // What happened at all is seen, however rare it was.
    const height = Math.max(count === total ? STRIP - 1 : 3, ((STRIP - 1) * count) / total);
    paint(y, Math.min(height, STRIP + 0.5 - y));
    y += height;
  };
  part(counts.new, (top, height) => {
    context.fillStyle = colour(palette.drained, 0.95);
    context.fillRect(x0, top, width, height);
  });
  part(counts.widened, (top, height) => {
    context.fillStyle = colour(palette.scalar, 0.45);
    context.fillRect(x0, top, width, height);
    hatch(context, x0, top, width, height, palette.scalar);
  });
  part(counts.covered, (top, height) => {
    context.fillStyle = colour(palette.prune, 0.35);
    context.fillRect(x0, top, width, height);
    if (width < 9 || height < 9) return;
    const [cx, cy] = [x0 + width / 2, top + height / 2];
    context.fillStyle = palette.prune;
    context.beginPath();
    context.moveTo(cx, cy - 4.5);
    context.lineTo(cx + 4.5, cy);
    context.lineTo(cx, cy + 4.5);
    context.lineTo(cx - 4.5, cy);
    context.fill();
  });
}

function hatch(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  colour: string,
): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1.2;
  context.beginPath();
  for (let at = x - height - (x % 5); at < x + width; at += 5) {
    context.moveTo(at, y + height);
    context.lineTo(at + height, y);
  }
  context.stroke();
  context.restore();
}

/** Paints how the value went: a line where it is one number, a band where it may be one of several; "any number" fills the height. */
export function paintValue(
  context: CanvasRenderingContext2D,
  line: ValueLine,
  palette: Palette,
  view: Viewport,
  words: { readonly low: string; readonly high: string },
): void {
  const top = STRIP + 4 + GAP;
  const bottom = top + LINE - 4;
  const right = PAD_LEFT + axisWidth(view.width);
  const y = (n: number): number =>
    bottom - Math.min(1, Math.max(0, (n - line.low) / (line.high - line.low))) * (bottom - top);
  context.save();
  context.beginPath();
  context.rect(PAD_LEFT - 1, top - 2, axisWidth(view.width) + 4, LINE + 2);
  context.clip();
  const [r, g, b] = rgb(palette.scalar);
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(PAD_LEFT, bottom + 0.5);
  context.lineTo(right, bottom + 0.5);
  context.stroke();
  context.fillStyle = `rgb(${r} ${g} ${b} / 30%)`;
  context.strokeStyle = palette.scalar;
  context.lineWidth = 1.5;
  // From each round looked at to the next the value is as it was there.
  line.points.forEach(({ x, min, max }, i) => {
    const next = line.points[i + 1]?.x ?? x + 4;
    if (min !== max) context.fillRect(x, y(max), Math.max(1.5, next - x), Math.max(1.5, y(min) - y(max)));
  });
  context.beginPath();
  let open = false;
  for (const { x, min, max } of line.points) {
    if (min !== max) {
      open = false;
      continue;
    }
    if (open) context.lineTo(x, y(min));
    else {
      context.moveTo(x, y(min));
      context.arc(x, y(min), 1, 0, Math.PI * 2);
      context.moveTo(x, y(min));
    }
    open = true;
  }
  context.stroke();
  context.restore();
  context.font = `10px ${palette.code}`;
  context.fillStyle = palette.dim;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(words.high, right + 8, top + 3, view.width - right - 10);
  context.fillText(words.low, right + 8, bottom - 2, view.width - right - 10);
}
