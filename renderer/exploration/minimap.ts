import { ENDS, waitingAt } from './model.ts';
import type { ExplorationIndex } from './model.ts';
import type { Palette } from './palette.ts';
import type { MinimapBox, RowPlan } from './rows.ts';

/** One pixel of the strip: how many paths wait there (0 … 1, of the most), and how its paths end (place in `ENDS`). */
export interface MinimapBins {
  readonly length: Float32Array;
  readonly end: Uint8Array;
}

/** Paths that are looked at for a pixel; of more, every n-th is. */
const SAMPLES = 24;
const REJECTED = ENDS.indexOf('rejected');

/** Bounded by the strip's height, whatever the number of paths. */
export function binMinimap(index: ExplorationIndex, count: number, pixels: number): MinimapBins {
  const length = new Float32Array(pixels);
  const end = new Uint8Array(pixels);
  let most = 1;
  for (let r = 0; r < pixels; r++) {
    const from = Math.floor((r * count) / pixels);
    const to = Math.max(from + 1, Math.floor(((r + 1) * count) / pixels));
    const stride = Math.max(1, Math.ceil((to - from) / SAMPLES));
    const kinds = [0, 0, 0, 0];
    for (let path = from; path < Math.min(to, count); path += stride) {
      length[r] = Math.max(length[r]!, waitingAt(index, index.first[path]!));
      kinds[index.end[path]!]!++;
    }
    most = Math.max(most, length[r]!);
    end[r] = kinds[REJECTED]! > 0 ? REJECTED : kinds.indexOf(Math.max(...kinds));
  }
  // The one rejected path is seen wherever it is.
  for (const step of index.rejected) {
    const path = index.last.indexOf(step);
    if (path >= 0 && path < count) end[Math.min(pixels - 1, Math.floor((path * pixels) / count))] = REJECTED;
  }
  for (let r = 0; r < pixels; r++) length[r] = Math.log2(1 + length[r]!) / Math.log2(1 + most);
  return { length, end };
}

export function paintMinimap(
  context: CanvasRenderingContext2D,
  box: MinimapBox,
  bins: MinimapBins,
  palette: Palette,
): void {
  context.fillStyle = palette.pane;
  context.fillRect(box.x - 3, box.y - 3, box.width + 6, box.height + 6);
  const colour = { exit: palette.ok, pruned: palette.prune, rejected: palette.bad, stopped: palette.dim };
  for (let r = 0; r < bins.length.length; r++) {
    const kind = ENDS[bins.end[r]!]!;
    context.globalAlpha = kind === 'rejected' ? 1 : 0.55;
    context.fillStyle = colour[kind];
    const length = kind === 'rejected' ? 1 : 0.12 + 0.88 * bins.length[r]!;
    context.fillRect(box.x, box.y + r, box.width * length, 1);
  }
  context.globalAlpha = 1;
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.strokeRect(box.x - 2.5, box.y - 2.5, box.width + 5, box.height + 5);
}

/** Which rows are in view, and on which the playhead is. */
export function paintMinimapFrame(
  context: CanvasRenderingContext2D,
  box: MinimapBox,
  plan: RowPlan,
  path: number,
  palette: Palette,
): void {
  const y = (row: number) => box.y + (row / plan.count) * box.height;
  const top = y(plan.row);
  const height = Math.max(5, y(plan.row + plan.shown) - top);
  context.strokeStyle = palette.text;
  context.lineWidth = 1.4;
  context.strokeRect(box.x - 2.5, Math.min(top, box.y + box.height - height), box.width + 5, height);
  if (path < 0) return;
  const at = y(path + 0.5);
  context.fillStyle = palette.text;
  context.fillRect(box.x - 2, at - 0.75, box.width + 4, 1.5);
  context.beginPath();
  context.moveTo(box.x - 10, at - 4);
  context.lineTo(box.x - 3, at);
  context.lineTo(box.x - 10, at + 4);
  context.closePath();
  context.fill();
}
