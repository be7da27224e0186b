import { grouped } from '../format.ts';
import type { ExplorationIndex } from './model.ts';
import { mountainHeight, ticks } from './mountain.ts';
import type { Mountain } from './mountain.ts';
import { labelFont } from './paint.ts';
import { rgb } from './palette.ts';
import type { Palette } from './palette.ts';
import { PAD_LEFT, axisWidth, stepAt, xOf } from './viewport.ts';
import type { Viewport } from './viewport.ts';
import { say } from '../words/index.ts';

/** Room over the mountain for the playhead's handle and the caption, and under it for the steps. */
const ABOVE = 34;
const BELOW = 16;

/** How the mountain reads in a sentence. */
export function mountainWords({ peak, peakStep, paths }: Mountain, index: ExplorationIndex, until: number): string {
  if (peak === 0) return paths <= 1 ? say.exploration.mountain.oneWay : say.exploration.mountain.noneWaits;
  const refused = until >= index.steps && index.rejected.at(-1) === peakStep;
  const most = say.exploration.mountain.most(peak);
  return refused ? say.exploration.mountain.mostAndGivenUp(most) : most;
}

/** Paints how many paths wait, with an axis, and marks where they are most. */
export function paintMountain(
  context: CanvasRenderingContext2D,
  mountain: Mountain,
  index: ExplorationIndex,
  palette: Palette,
  view: Viewport,
  until: number,
): void {
  const { columns, waiting, peak, peakStep } = mountain;
  const ground = mountainHeight(view.height) - BELOW;
  const tall = Math.max(8, ground - ABOVE);
  const y = (n: number): number => ground - (n / Math.max(1, peak)) * tall;
  const refused = index.rejected.at(-1) ?? 0;
  const [r, g, b] = rgb(palette.active);
  const fill = context.createLinearGradient(0, ground - tall, 0, ground);
  fill.addColorStop(0, `rgb(${r} ${g} ${b} / 55%)`);
  fill.addColorStop(1, `rgb(${r} ${g} ${b} / 12%)`);
  // Runs of columns that were walked.
  for (let c = 0; c < columns; c++) {
    if (waiting[c]! < 0) continue;
    const from = c;
    while (c + 1 < columns && waiting[c + 1]! >= 0) c++;
    outline(context, waiting, from, c, y);
    context.lineTo(c + 1, ground);
    context.lineTo(from, ground);
    context.closePath();
    context.fillStyle = fill;
    context.fill();
    outline(context, waiting, from, c, y);
    context.strokeStyle = palette.active;
    context.lineWidth = 1.4;
    context.stroke();
  }
  paintAxes(context, peak, palette, view, ground, y);
  if (peak > 1) paintPeak(context, xOf(view, peakStep), y(peak), palette, refused === peakStep && until >= refused);

  context.font = labelFont(palette, 'label');
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  context.fillStyle = palette.text;
  context.fillText(mountainWords(mountain, index, until), PAD_LEFT + 12, 16);
}

function outline(
  context: CanvasRenderingContext2D,
  waiting: Int32Array,
  from: number,
  to: number,
  y: (n: number) => number,
): void {
  context.beginPath();
  context.moveTo(from, y(waiting[from]!));
  for (let c = from; c <= to; c++) {
    context.lineTo(c, y(waiting[c]!));
    context.lineTo(c + 1, y(waiting[c]!));
  }
}

function paintAxes(
  context: CanvasRenderingContext2D,
  peak: number,
  palette: Palette,
  view: Viewport,
  ground: number,
  y: (n: number) => number,
): void {
  const right = PAD_LEFT + axisWidth(view.width);
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(PAD_LEFT, ground + 0.5);
  context.lineTo(right, ground + 0.5);
  context.stroke();
  context.font = `10px ${palette.code}`;
  context.fillStyle = palette.dim;
  context.textBaseline = 'alphabetic';
  // How many: beside the axis, at the right, where nothing else stands.
  context.textAlign = 'left';
  const marks = peak <= 1 ? [0, 1] : [0, ...ticks(1, peak * 0.75, 2), peak];
  for (const n of new Set(marks)) {
    context.globalAlpha = 0.5;
    context.beginPath();
    context.moveTo(PAD_LEFT, Math.round(y(n)) + 0.5);
    context.lineTo(right, Math.round(y(n)) + 0.5);
    if (n > 0) context.stroke();
    context.globalAlpha = 1;
    context.fillText(grouped(n), right + 8, y(n) + 3.5);
  }
  context.textAlign = 'center';
  const from = Math.max(1, stepAt(view, PAD_LEFT));
  for (const step of ticks(from, stepAt(view, right), Math.max(2, Math.floor(view.width / 170)))) {
    const x = xOf(view, step);
    if (x < PAD_LEFT + 12 || x > right - 12) continue;
    context.fillRect(Math.round(x), ground + 1, 1, 3);
    context.fillText(grouped(Math.round(step)), x, ground + 13);
  }
}

/** Where most paths wait; where that ended the walk, a cross. */
function paintPeak(context: CanvasRenderingContext2D, x: number, y: number, palette: Palette, refused: boolean): void {
  if (x < 0) return;
  context.beginPath();
  context.arc(x, y, 4.5, 0, Math.PI * 2);
  context.fillStyle = palette.pane;
  context.fill();
  context.strokeStyle = refused ? palette.bad : palette.active;
  context.lineWidth = 1.6;
  context.stroke();
  if (!refused) return;
  context.beginPath();
  context.moveTo(x - 2, y - 2);
  context.lineTo(x + 2, y + 2);
  context.moveTo(x + 2, y - 2);
  context.lineTo(x - 2, y + 2);
  context.stroke();
}
