import { expect, test } from 'vitest';
import { regSpot, slotSpot } from '../../core/verifier/values/spot.ts';
import type { FrameState, RegView, SlotView } from '../../core/trace/views/view.ts';
import { gutterLines, pointedWords, pointersOf } from './pointers.ts';
import { stackRows } from './stack-rows.ts';

const slot = (index: number, bytes: string, over: Partial<SlotView> = {}): SlotView => ({
  spot: slotSpot(0, index),
  name: `fp-${(index + 1) * 8}`,
  bytes,
  kernel: '',
  words: '',
  changed: false,
  blamed: false,
  ...over,
});
const reg = (name: string, to?: number, frame = 0): RegView => ({
  name,
  kind: 'pointer',
  badge: 'fp',
  kernel: '',
  words: '',
  precise: false,
  changed: false,
  blamed: false,
  ...(to === undefined ? {} : { target: { spot: slotSpot(frame, to), label: '' } }),
});
const frame = (slots: SlotView[], regs: RegView[] = [], name = 'main', stackSize = 512): FrameState => ({
  name,
  stackSize,
  regs,
  slots,
  bytesUsed: 0,
});
const said = (state: FrameState, keep: readonly number[] = [], unfolded: readonly number[] = []): string[] =>
  stackRows(state, 0, ({ index }) => keep.includes(index), new Set(unfolded)).map((row) =>
    row.kind === 'slot' ? row.slot.name : `${row.words}${row.open ? ' open' : ''}`,
  );

test('what is never written is one row down to the end of the stack', () => {
  expect(said(frame([slot(0, 'iiiiiiii'), slot(1, '????????')]))).toEqual(['fp-8', 'fp-16 to fp-512']);
  expect(said(frame([], [], 'main', 256))).toEqual(['fp-8 to fp-256']);
  const holes = [slot(0, 'mmmmmmmm'), slot(1, '????????'), slot(2, '????????'), slot(3, 'rrrrrrrr')];
  expect(said(frame(holes))).toEqual(['fp-8', 'fp-16 to fp-24', 'fp-32', 'fp-40 to fp-512']);
});
test('a slot that is pointed to, blamed, changed or alone keeps its row', () => {
  expect(said(frame([]), [1])).toEqual(['fp-8', 'fp-16', 'fp-24 to fp-512']);
  expect(said(frame([slot(0, '????????', { blamed: true })]))).toEqual(['fp-8', 'fp-16 to fp-512']);
  expect(said(frame([slot(0, '????????', { changed: true })]))).toEqual(['fp-8', 'fp-16 to fp-512']);
});
test('a run that is unfolded shows all its slots', () => {
  const rows = said(frame([slot(0, 'mmmmmmmm')], [], 'main', 40), [], [1]);
  expect(rows).toEqual(['fp-8', 'fp-16 to fp-40 open', 'fp-16', 'fp-24', 'fp-32', 'fp-40']);
});

test('pointers are told of every frame, those of the frame on show first', () => {
  const frames = [frame([], [reg('r6', 0), reg('r7')], 'main'), frame([], [reg('r1', 0), reg('r2', 0)], 'callback')];
  const pointers = pointersOf(frames, 1);
  expect(pointers.map(({ name }) => name)).toEqual(['r1', 'r2', 'r6 of main']);
  expect(pointers[2]!.from).toEqual(regSpot(0, 6));
  expect(pointedWords(pointers, slotSpot(0, 0))).toBe('r1, r2 and r6 of main point here');
  expect(pointedWords(pointersOf(frames, 0).slice(0, 1), slotSpot(0, 0))).toBe('r6 points here');
  expect(pointedWords(pointers, slotSpot(0, 1))).toBe('');
});

const at = (y: number): { top: number; bottom: number } => ({ top: y - 10, bottom: y + 10 });
const REGISTERS = { top: 0, bottom: 100 };
const STACK = { top: 140, bottom: 200 };
test('lines that overlap stand side by side, and end at the edge of what is in sight', () => {
  const lines = gutterLines(
    [
      { from: at(20), to: at(150) },
      { from: at(50), to: at(300) },
      { from: at(-40), to: null },
      { from: at(90), to: at(160) },
    ],
    REGISTERS,
    STACK,
    120,
    3,
  );
  expect(lines).toEqual([
    { from: 20, to: 150, lane: 0, starts: true, ends: true },
    { from: 50, to: 200, lane: 1, starts: true, ends: false },
    { from: 0, to: 120, lane: 2, starts: false, ends: false },
    { from: 90, to: 160, lane: 2, starts: true, ends: true },
  ]);
});
test('a pane without height has its lines at its edge', () => {
  const [line] = gutterLines([{ from: at(20), to: at(150) }], REGISTERS, { top: 140, bottom: 130 }, 120, 3);
  expect(line).toMatchObject({ to: 140, ends: false });
});
