import { slotName, slotSpot } from '../../core/verifier/values/spot.ts';
import type { Spot } from '../../core/verifier/values/spot.ts';
import type { FrameState, SlotView } from '../../core/trace/views/view.ts';
import { say } from '../words/index.ts';

/** A row of the stack: a slot, or slots that were never written, folded into one. */
export type StackRow =
  | { readonly kind: 'slot'; readonly slot: SlotView }
  | {
      readonly kind: 'never';
      /** Number of the first slot, the highest on the stack. */
      readonly first: number;
      /** `fp-24 to fp-512`. */
      readonly words: string;
      readonly open: boolean;
    };

const NEVER = '????????';
const neverWritten = (frame: number, index: number): SlotView => ({
  spot: slotSpot(frame, index),
  name: slotName(index),
  bytes: NEVER,
  kernel: '',
  words: say.panes.stackRows.neverWritten,
  changed: false,
  blamed: false,
});

/**
 * Rows of a frame's stack, down to its end.
 * @param keep slots that have a row of their own, written or not
 * @param unfolded first slots of the runs that are shown one by one
 */
export function stackRows(
  state: FrameState,
  frame: number,
  keep: (spot: Spot) => boolean,
  unfolded: ReadonlySet<number>,
): StackRow[] {
  const count = Math.max(state.stackSize / 8, state.slots.length);
  const slots = Array.from({ length: count }, (_, i) => state.slots[i] ?? neverWritten(frame, i));
  const folds = (slot: SlotView | undefined): boolean =>
    slot !== undefined && slot.bytes === NEVER && !slot.changed && !slot.blamed && !keep(slot.spot);
  const rows: StackRow[] = [];
  for (let at = 0; at < count;) {
    let end = at;
    while (folds(slots[end])) end++;
    if (end - at >= 2) {
      const open = unfolded.has(at);
      rows.push({ kind: 'never', first: at, words: say.panes.stackRows.run(slotName(at), slotName(end - 1)), open });
      if (open) for (const slot of slots.slice(at, end)) rows.push({ kind: 'slot', slot });
      at = end;
    } else rows.push({ kind: 'slot', slot: slots[at++]! });
  }
  return rows;
}
