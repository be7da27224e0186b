import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeUtf8 } from '../base/utf8.ts';
import { AS_IS, AS_JSON, AS_TEXT, Log, LogBytes } from './log-output.ts';
import type { LogEncoding, LogSink } from './log-output.ts';

type Act = { write: string } | { line: string } | { join: true } | { back: number };

/** What was written and taken back, as one text. */
function plainly(acts: readonly Act[]): string {
  let text = '';
  for (const act of acts) {
    if ('write' in act) text += act.write;
    else if ('line' in act) text += `${act.line}\n`;
    else if ('join' in act) text = text.slice(0, -1);
    else text = text.slice(0, Math.max(0, text.length - act.back));
  }
  return text;
}

function perform(log: Log, acts: readonly Act[]): void {
  for (const act of acts) {
    if ('write' in act) log.write(act.write);
    else if ('line' in act) log.writeLine(act.line, `${act.line}\n`, 1);
    else if ('join' in act) log.joinNext();
    else log.reset(Math.max(0, log.length - act.back));
  }
}

const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', 'ü'), maxLength: 8 });
const act = fc.oneof(
  fc.record({ write: text }),
  fc.record({ line: text }),
  fc.constant({ join: true as const }),
  fc.record({ back: fc.nat(20) }),
);
const acts = fc.array(act, { maxLength: 60 });

class Collected implements LogSink {
  text = '';
  write(piece: string): void {
    this.text += piece;
  }
}

test('the failing path: kept whole, or known by its places for a second walk', () => {
  fc.assert(
    fc.property(acts, fc.nat(40), (list, kept) => {
      const expected = plainly(list);
      const whole = new Log(1);
      perform(whole, list);
      expect(whole.length).toBe(expected.length);
      expect(whole.text()).toBe(expected);

      const first = new Log(1, new Collected(), null, kept);
      perform(first, list);
      first.end();
      const again = new Collected();
      if (first.lost === null) return;
      const second = new Log(1, again, first.lost);
      perform(second, list);
      second.end();
      expect(again.text).toBe(expected);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('at level 2 pieces go on as they come, and only the end of a line is held back', () => {
  const out = new Collected();
  const log = new Log(2, out);
  log.write('a\n');
  log.writeLine('1: r0 = 0', '1: r0 = 0\n', 1);
  expect(out.text).toBe('a\n');
  log.joinNext();
  log.write('  ; R0=0\n');
  log.writeLine('2: exit', '2: exit\n', 4);
  log.end();
  expect(out.text).toBe('a\n1: r0 = 0  ; R0=0\n2: exit\n');
});

function encoded(pieces: readonly (readonly [string, number])[], encoding: LogEncoding): string {
  const chunks: string[] = [];
  const bytes = new LogBytes((chunk) => chunks.push(decodeUtf8(chunk)), encoding);
  for (const [piece, id] of pieces) bytes.write(piece, id);
  bytes.flush();
  return chunks.join('');
}

test('pieces as text, as JSON, and as they are', () => {
  const pieces = [
    ['1: "r0" \\ ü\n', 0],
    ['\u001b[1mshown\u009b\n', 1],
    ['\u001b[1mshown\u009b\n', 1],
    ['another', 1],
    ['x'.repeat(1_200_000), 0],
  ] as const;
  const all = pieces.map(([piece]) => piece).join('');
  expect(encoded(pieces, AS_IS)).toBe(all);
  expect(JSON.parse(`"${encoded(pieces, AS_JSON)}"`)).toBe(all);
  expect(encoded(pieces, AS_TEXT)).toBe(all.replaceAll('\u001b', '\\x1b').replaceAll('\u009b', '\\x9b'));
});
