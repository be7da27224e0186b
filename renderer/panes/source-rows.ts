import type { SourceFile } from '../../core/trace/views/view.ts';
import { say } from '../words/index.ts';

/** A source as it is shown: rows of text, of which some stand for many lines. */
export interface SourceRows {
  readonly text: string;
  /** The source line of each row; 0 for a fold. */
  readonly lines: readonly number[];
}

/**
 * A source's rows. Of one that is known by line info alone, the lines between those that it tells of are folded into one row each.
 */
export function sourceRows({ text, complete }: SourceFile): SourceRows {
  const all = text.replace(/\n$/, '').split('\n');
  if (complete) return { text: all.join('\n'), lines: all.map((_, i) => i + 1) };
  const rows: string[] = [];
  const lines: number[] = [];
  for (let at = 0; at < all.length;) {
    let end = at;
    while (end < all.length && all[end]!.trim() === '') end++;
    if (end > at) {
      rows.push(end - at === 1 ? say.panes.sourceRows.line(end) : say.panes.sourceRows.lines(at + 1, end));
      lines.push(0);
      at = end;
    } else {
      rows.push(all[at]!);
      lines.push(++at);
    }
  }
  return { text: rows.join('\n'), lines };
}

/** The row that a line stands on, from 1; 0 for none. */
export const rowOfLine = ({ lines }: SourceRows, line: number): number => (line < 1 ? 0 : lines.indexOf(line) + 1);
/**
 * The line that a row stands for; a fold stands for the nearest line in the direction in which one goes (`by`), and for none otherwise.
 */
export function lineOfRow({ lines }: SourceRows, row: number, by: 1 | -1 | 0 = 0): number {
  const here = lines[row - 1] ?? 0;
  return here > 0 || by === 0 ? here : (lines[row - 1 + by] ?? 0);
}
