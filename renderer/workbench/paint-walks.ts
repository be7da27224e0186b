import type { Palette } from '../exploration/palette.ts';
import type { Ground, WalkLanes } from './walk-lanes.ts';
import { NAMED, PATH_ENDS, SHAPED, xOf, yOf } from './walk-lanes.ts';
import { say } from '../words/index.ts';

/** What is drawn: the walk as it was, as it is now, and where they part (0 for nowhere). */
export interface Walks {
  readonly before: WalkLanes;
  readonly now: WalkLanes | null;
  readonly parting: number;
  readonly playhead: number;
  /** The newer walk is that of an earlier text. */
  readonly stale: boolean;
}

/** Draws two walks over each other: the earlier one as a band, the later as a line on it. */
export function paintWalks(context: CanvasRenderingContext2D, ground: Ground, walks: Walks, palette: Palette): void {
  const { before, now, parting } = walks;
  const { row, top } = ground;
  const bottom = top + row * Math.max(before.count, now?.count ?? 0);
  if (parting > 0) {
    const x = xOf(ground, parting);
    context.fillStyle = palette.drained;
    context.globalAlpha = 0.1;
    context.fillRect(x, top, ground.left + ground.width - x + 8, bottom - top);
    context.globalAlpha = 1;
  }
  axis(context, ground, bottom, palette);
  band(context, ground, before, palette);
  if (now !== null) {
    context.globalAlpha = walks.stale ? 0.35 : 1;
    line(context, ground, now, palette);
    context.globalAlpha = 1;
  }
  names(context, ground, walks, palette);
  if (parting > 0) {
    const x = xOf(ground, parting);
    context.strokeStyle = palette.drained;
    context.lineWidth = 1.5;
    context.setLineDash([4, 3]);
    context.beginPath();
    context.moveTo(x, top - 14);
    context.lineTo(x, bottom + 4);
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = palette.drained;
    context.beginPath();
    context.moveTo(x, top - 18);
    context.lineTo(x + 9, top - 14);
    context.lineTo(x, top - 10);
    context.fill();
    context.font = `600 11px ${palette.words}`;
    const words = say.workbench.paintWalks.partAt(parting);
    const fits = x + 14 + context.measureText(words).width < ground.left + ground.width + 60;
    context.textAlign = fits ? 'left' : 'right';
    context.textBaseline = 'middle';
    context.fillText(words, fits ? x + 14 : x - 6, top - 14);
    context.textAlign = 'left';
  }
  if (walks.playhead > 0 && walks.playhead <= ground.steps) {
    const x = Math.round(xOf(ground, walks.playhead)) + 0.5;
    context.strokeStyle = palette.text;
    context.globalAlpha = 0.55;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, top - 20);
    context.lineTo(x, bottom + 4);
    context.stroke();
    context.globalAlpha = 1;
  }
}

/** A few round numbers of steps. */
function axis(context: CanvasRenderingContext2D, ground: Ground, bottom: number, palette: Palette): void {
  const rough = ground.steps / Math.max(1, ground.width / 120);
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const every = Math.max(1, power * ([1, 2, 5, 10].find((n) => n * power >= rough) ?? 10));
  context.font = `10px ${palette.code}`;
  context.fillStyle = palette.dim;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  for (let step = 1; step <= ground.steps; step = step === 1 && every > 1 ? every : step + every)
    if (step === 1 || step >= every / 2) context.fillText(String(step), xOf(ground, step), bottom + 6);
  context.textAlign = 'left';
}

const END_NAMES = {
  exit: say.workbench.paintWalks.exit,
  pruned: say.workbench.paintWalks.covered,
  rejected: say.workbench.paintWalks.rejected,
  stopped: say.workbench.paintWalks.givenUp,
} as const;

/** Ends are named: those of the later walk, and those of the earlier one that are somewhere else. */
function names(context: CanvasRenderingContext2D, ground: Ground, walks: Walks, palette: Palette): void {
  if (ground.row < NAMED) return;
  const { before, now, stale } = walks;
  context.font = `11px ${palette.words}`;
  context.textBaseline = 'middle';
  const NEAR = 80;
  const endOf = (lanes: WalkLanes | null, lane: number): number =>
    lanes !== null && lane < lanes.count ? xOf(ground, lanes.last[lane]!) : -Infinity;
  const name = (lanes: WalkLanes, lane: number, x: number, colour: string): void => {
    context.fillStyle = colour;
    context.fillText(END_NAMES[PATH_ENDS[lanes.end[lane]!]!], x + 12, yOf(ground, lane));
  };
  for (let lane = 0; now !== null && lane < now.count; lane++) {
    const ended = PATH_ENDS[now.end[lane]!];
    const [x, other] = [endOf(now, lane), endOf(before, lane)];
    name(
      now,
      lane,
      other > x && other - x < NEAR ? other : x,
      stale ? palette.dim : ended === 'rejected' ? palette.bad : ended === 'pruned' ? palette.prune : palette.scalar,
    );
  }
  for (let lane = 0; lane < before.count; lane++) {
    const x = endOf(before, lane);
    if (Math.abs(endOf(now, lane) - x) >= NEAR) name(before, lane, x, palette.dim);
  }
}

function band(context: CanvasRenderingContext2D, ground: Ground, lanes: WalkLanes, palette: Palette): void {
  const thick = Math.max(1, Math.min(12, ground.row * 0.5));
  context.fillStyle = palette.faint;
  context.strokeStyle = palette.faint;
  forks(context, ground, lanes, 3);
  for (let lane = 0; lane < lanes.count; lane++) {
    const [x, end] = [xOf(ground, lanes.first[lane]!), xOf(ground, lanes.last[lane]!)];
    context.fillRect(x - thick / 3, yOf(ground, lane) - thick / 2, Math.max(1, end - x) + thick / 1.5, thick);
  }
  if (ground.row < SHAPED) return;
  context.strokeStyle = palette.dim;
  context.fillStyle = palette.pane;
  context.lineWidth = 1.25;
  for (let lane = 0; lane < lanes.count; lane++) shape(context, ground, lanes, lane, 6);
}

function line(context: CanvasRenderingContext2D, ground: Ground, lanes: WalkLanes, palette: Palette): void {
  const thick = Math.max(1, Math.min(2.5, ground.row * 0.4));
  context.fillStyle = palette.scalar;
  context.strokeStyle = palette.scalar;
  forks(context, ground, lanes, 1);
  for (let lane = 0; lane < lanes.count; lane++) {
    const [x, end] = [xOf(ground, lanes.first[lane]!), xOf(ground, lanes.last[lane]!)];
    context.fillRect(x, yOf(ground, lane) - thick / 2, Math.max(1, end - x), thick);
  }
  if (ground.row < SHAPED) return;
  context.lineWidth = 1.75;
  for (let lane = 0; lane < lanes.count; lane++) {
    const ended = PATH_ENDS[lanes.end[lane]!];
    const colour = ended === 'rejected' ? palette.bad : ended === 'pruned' ? palette.prune : palette.scalar;
    context.strokeStyle = colour;
    context.fillStyle = ended === 'pruned' ? colour : palette.pane;
    shape(context, ground, lanes, lane, 4.5);
  }
}

/** Thin dotted lines from each fork to where the path that waited is taken up. */
function forks(context: CanvasRenderingContext2D, ground: Ground, lanes: WalkLanes, width: number): void {
  if (ground.row < SHAPED) return;
  context.lineWidth = width;
  context.setLineDash([1, 3]);
  context.beginPath();
  for (let lane = 0; lane < lanes.count; lane++) {
    if (lanes.from[lane]! < 0) continue;
    const x = xOf(ground, lanes.forkedAt[lane]!);
    const y = yOf(ground, lane);
    context.moveTo(x, yOf(ground, lanes.from[lane]!));
    context.lineTo(x, y);
    context.lineTo(xOf(ground, lanes.first[lane]!), y);
  }
  context.stroke();
  context.setLineDash([]);
}

/** Exit a circle, pruned a diamond, rejected a cross, given up a bar. */
function shape(context: CanvasRenderingContext2D, ground: Ground, lanes: WalkLanes, lane: number, size: number): void {
  const x = xOf(ground, lanes.last[lane]!);
  const y = yOf(ground, lane);
  context.beginPath();
  switch (PATH_ENDS[lanes.end[lane]!]) {
    case 'exit':
      context.arc(x, y, size, 0, Math.PI * 2);
      context.fill();
      break;
    case 'pruned':
      context.moveTo(x, y - size);
      context.lineTo(x + size, y);
      context.lineTo(x, y + size);
      context.lineTo(x - size, y);
      context.closePath();
      context.fill();
      break;
    case 'rejected':
      context.moveTo(x - size, y - size);
      context.lineTo(x + size, y + size);
      context.moveTo(x + size, y - size);
      context.lineTo(x - size, y + size);
      break;
    default:
      context.moveTo(x, y - size);
      context.lineTo(x, y + size);
  }
  context.stroke();
}
