import { expect, test } from 'vitest';
import { Dice } from '../../base/dice.ts';
import { LogRecords, LogWindow } from './log-records.ts';

/** A log of many lines in pieces: some shared, some of their own, some of several lines. */
function write(sinks: readonly { write(text: string, id: number): void; step?(step: number): void }[]): string {
  const dice = new Dice(5);
  let all = '';
  for (let i = 1; i <= 5000; i++) {
    for (const sink of sinks) sink.step?.(i);
    const pieces: [string, number][] = dice.chance(50)
      ? [[`line ${i % 7}\n`, 1 + (i % 7)]]
      : [
          [`${i}: bare`, 10],
          [dice.chance(10) ? `\nünd\n\n` : ` ; R1=${i}\n`, 0],
        ];
    for (const [text, id] of pieces) {
      all += text;
      for (const sink of sinks) sink.write(text, id);
    }
  }
  return all;
}

test('any lines are made from the records', () => {
  const records = new LogRecords();
  const all = write([records]).split('\n').slice(0, -1);
  expect(records.total).toBe(all.length);
  for (const [from, count] of [
    [1, 10],
    [255, 4],
    [256, 300],
    [4000, 1],
    [all.length - 2, 50],
    [all.length + 1, 5],
  ] as const)
    expect(records.page(from, count).lines).toEqual(all.slice(from - 1, from - 1 + count));
  const { from, lines, steps } = records.page(900, 50);
  lines.forEach((line, i) => {
    const told = /^(\d+): bare/.exec(line);
    if (told !== null) expect(steps[i]).toBe(Number(told[1]));
    if (steps[i] !== 0) expect(records.lineOf(steps[i]!)).toBe(from + i);
  });
});

test('what is not kept is counted, and had from another walk', () => {
  const records = new LogRecords(1 << 20);
  const window = new LogWindow(4990, 20);
  const all = write([records, window]).split('\n').slice(0, -1);
  expect(records.total).toBe(all.length);
  expect(records.kept).toBeLessThan(all.length);
  expect(records.page(records.kept, 5).lines).toEqual(all.slice(records.kept - 1, records.kept));
  expect(window.lines).toEqual(all.slice(4989, 5009));
});
