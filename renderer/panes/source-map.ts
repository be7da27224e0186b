import { functionWords } from '../exploration/layout-labels.ts';
import type { InsnLine, SessionInfo } from '../../core/trace/views/view.ts';
import type { Known } from '../exploration/known.ts';

/** Lines of the instruction listing: second slots of wide instructions have no text and no line. */
export function rowsOf(info: SessionInfo): readonly InsnLine[] {
  return info.insns.filter((insn) => insn.text !== '');
}

/** Line of an instruction in a source, 0 if it comes from elsewhere. */
export function lineOf(info: SessionInfo, insn: number, source: number): number {
  const found = info.insns.find((candidate) => candidate.index === insn);
  return found !== undefined && found.source === source ? found.line : 0;
}

/**
 * The instruction to choose for a source line: the first of that line at or after `near`, else its first. A line without code (a comment, a brace) has
 * none, -1; whoever goes up or down by keys (`by`) comes to the nearest line in that direction that has some.
 */
export function insnOfLine(info: SessionInfo, source: number, line: number, near: number, by: 1 | -1 | 0 = 0): number {
  let at = line;
  if (by !== 0) {
    at = by * Infinity;
    for (const insn of info.insns)
      if (insn.source === source && insn.text !== '' && (insn.line - line) * by >= 0 && (at - insn.line) * by > 0)
        at = insn.line;
  }
  const own = info.insns.filter((insn) => insn.source === source && insn.line === at && insn.text !== '');
  // A second click on the line where the playhead is goes on to the line's next instruction.
  return (own.find((insn) => insn.index > near) ?? own[0])?.index ?? -1;
}

/** Gutter signs by line of the listing, as far as they are known; a breakpoint hides the others. */
export function signsOf(
  rows: readonly InsnLine[],
  breakpoints: readonly number[],
  known: Pick<Known, 'forked' | 'stored'>,
): ReadonlyMap<number, 'break' | 'fork' | 'check'> {
  const signs = new Map<number, 'break' | 'fork' | 'check'>();
  rows.forEach((row, index) => {
    if (breakpoints.includes(row.index)) signs.set(index + 1, 'break');
    else if (known.forked(row)) signs.set(index + 1, 'fork');
    else if (known.stored(row)) signs.set(index + 1, 'check');
  });
  return signs;
}

/** Names of functions by the line of the listing at which they begin; none for a program of one function. */
export function headingsOf(
  { subprogs }: Pick<SessionInfo, 'subprogs'>,
  rows: readonly InsnLine[],
): Map<number, string> {
  const headings = new Map<number, string>();
  if (subprogs.length < 2) return headings;
  for (const { name, start } of subprogs) {
    const row = rows.findIndex(({ index }) => index === start);
    if (row >= 0) headings.set(row + 1, functionWords(name));
  }
  return headings;
}
