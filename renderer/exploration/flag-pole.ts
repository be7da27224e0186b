import type { RowPlan } from './rows.ts';

/** Where a flag is: the top of its cloth, the lane that it stands on, and the parts of its pole between them. */
export interface Pole {
  readonly top: number;
  readonly foot: number;
  readonly parts: readonly (readonly [from: number, to: number])[];
}

/** How far over the first lane the cloth is. */
const OVER = 46;
/** How far words reach over and under a lane, pixels: captions, ends and pcs. The pole gives way to them. */
const OVER_LANE = 22;
const UNDER_LANE = 19;
/** Over more lanes than these nothing of the pole is drawn but its foot. */
const LANES = 12;

/** A flag on a row: its cloth is over all lanes, so that it hides none of them. */
export function polesOf({ top: first, pitch, detail }: RowPlan, row: number): Pole {
  const foot = first + row * pitch;
  const above = Math.max(0, Math.ceil(-first / pitch));
  const top = Math.max(0, Math.min(first + above * pitch, foot) - OVER);
  const gaps: [number, number][] = [];
  if (detail === 'roomy' && row - above <= LANES)
    for (let r = above; r <= row; r++) {
      const y = first + r * pitch;
      gaps.push([y - OVER_LANE, r < row ? y + UNDER_LANE : y - 8]);
    }
  else gaps.push([top, foot - 8]);
  gaps.sort(([a], [b]) => a - b);
  const parts: [number, number][] = [];
  let from = top;
  for (const [a, b] of gaps) {
    if (a > from) parts.push([from, a]);
    from = Math.max(from, b);
  }
  if (foot > from) parts.push([from, foot]);
  return { top, foot, parts };
}
