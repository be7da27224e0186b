import { regSpot, sameSpot } from '../../core/verifier/values/spot.ts';
import type { Spot } from '../../core/verifier/values/spot.ts';
import type { FrameState } from '../../core/trace/views/view.ts';
import { say } from '../words/index.ts';

/** A register that points to a stack slot. */
export interface Pointer {
  /** `r1`, or `r1 of main` for a register of another frame than the one on show. */
  readonly name: string;
  readonly from: Spot;
  readonly to: Spot;
}

/** The registers that point to stack slots, those of the frame on show first. */
export function pointersOf(frames: readonly FrameState[], shown: number): Pointer[] {
  const all = frames.flatMap(({ name, regs }, frame) =>
    regs.flatMap((reg): Pointer[] =>
      reg.target === undefined
        ? []
        : [
            {
              name: frame === shown ? reg.name : say.panes.pointers.of(reg.name, name),
              from: regSpot(frame, Number(reg.name.slice(1))),
              to: reg.target.spot,
            },
          ],
    ),
  );
  return [...all.filter(({ from }) => from.frame === shown), ...all.filter(({ from }) => from.frame !== shown)];
}

/** `r1 points here`, `r1 and r2 point here`; empty for none. */
export function pointedWords(pointers: readonly Pointer[], spot: Spot): string {
  const names = pointers.filter(({ to }) => sameSpot(to, spot)).map(({ name }) => name);
  const [first] = names;
  if (first === undefined) return '';
  return names.length === 1 ? say.panes.pointers.pointsHere(first) : say.panes.pointers.pointHere(names);
}

/** Top and bottom of something on the page, in pixels. */
export interface Extent {
  readonly top: number;
  readonly bottom: number;
}
/** One line in the gutter: from a register's row to a slot's. */
export interface GutterLine {
  readonly from: number;
  readonly to: number;
  /** Its lane, 0 the nearest to the rows. */
  readonly lane: number;
  /** The row is in sight, so that the line reaches it. */
  readonly starts: boolean;
  readonly ends: boolean;
}

const middle = ({ top, bottom }: Extent): number => (top + bottom) / 2;
const inside = (y: number, { top, bottom }: Extent): boolean => y >= top && y <= bottom;
const clamp = (y: number, { top, bottom }: Extent): number => Math.max(top, Math.min(y, Math.max(top, bottom)));

/**
 * Where lines go: rows that are scrolled away are met at the edge of what is in sight of their pane. Lines that overlap stand beside each other, up
 * to `lanes` of them.
 * @param rows from a register's row to a slot's; null where the slot has no row, and the line ends at `otherwise`
 */
export function gutterLines(
  rows: readonly { readonly from: Extent; readonly to: Extent | null }[],
  registers: Extent,
  stack: Extent,
  otherwise: number,
  lanes: number,
): GutterLine[] {
  const taken: { readonly top: number; readonly bottom: number; readonly lane: number }[] = [];
  return rows.map(({ from, to }) => {
    const [start, end] = [middle(from), to === null ? otherwise : middle(to)];
    const [y, z] = [clamp(start, registers), to === null ? otherwise : clamp(end, stack)];
    const [top, bottom] = [Math.min(y, z), Math.max(y, z)];
    let lane = 0;
    const isTaken = (n: number): boolean =>
      taken.some((one) => one.lane === n && one.top <= bottom && top <= one.bottom);
    while (lane < lanes - 1 && isTaken(lane)) lane++;
    taken.push({ top, bottom, lane });
    return { from: y, to: z, lane, starts: inside(start, registers), ends: to !== null && inside(end, stack) };
  });
}
