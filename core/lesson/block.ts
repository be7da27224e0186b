import { InputError } from '../base/errors.ts';

/** A value in a lesson's block: a line of text, several lines, or a list. */
export type BlockValue = string | readonly string[];

/**
 * Parses the small notation of front matter and fenced blocks:
 *
 *     key: one line
 *     key:
 *       - an item
 *       - another
 *     key: |
 *       lines that are kept
 *       as they are
 *
 * @param firstLine number of the first line in the file, for errors
 * @throws InputError with the line
 */
export function parseBlock(lines: readonly string[], firstLine: number, file: string): Map<string, BlockValue> {
  const out = new Map<string, BlockValue>();
  const bad = (i: number, reason: string): InputError => new InputError(reason, `line ${firstLine + i}`, file);
  for (let i = 0; i < lines.length;) {
    const line = lines[i]!;
    if (line.trim() === '') {
      i++;
      continue;
    }
    const match = /^([a-z][\w-]*):(?: (.*)|)$/.exec(line.trimEnd());
    if (match === null) throw bad(i, `expected "key: value", found ${JSON.stringify(line)}`);
    const key = match[1]!;
    const value = (match[2] ?? '').trim();
    if (out.has(key)) throw bad(i, `${key} is given twice`);
    const start = i++;
    const inner: string[] = [];
    while (i < lines.length && (/^\s/.test(lines[i]!) || lines[i]!.trim() === '')) inner.push(lines[i++]!);
    while (inner.length > 0 && inner.at(-1)!.trim() === '') inner.pop();
    if (value === '|') {
      const filled = inner.filter((l) => l.trim() !== '');
      if (filled.length === 0) throw bad(start, `${key} has no lines`);
      const indent = Math.min(...filled.map((l) => l.length - l.trimStart().length));
      out.set(key, inner.map((l) => l.slice(indent)).join('\n'));
    } else if (value !== '') {
      if (inner.length > 0) throw bad(start + 1, `${key} has both a value and lines below it`);
      out.set(key, value);
    } else {
      const items = inner
        .filter((l) => l.trim() !== '')
        .map((l, k) => {
          const item = /^\s*- (.*)$/.exec(l);
          if (item === null) throw bad(start + 1 + k, `expected "- item", found ${JSON.stringify(l.trim())}`);
          return item[1]!.trim();
        });
      if (items.length === 0) throw bad(start, `${key} has neither a value nor items`);
      out.set(key, items);
    }
  }
  return out;
}
