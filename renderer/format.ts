import { errnoName } from '../core/base/errno.ts';
import type { Verdict, WorldInfo } from '../core/trace/views/view.ts';
import { say } from './words/index.ts';

export { errnoName };

/** A count with its digits grouped by narrow spaces: `4 294 967 296`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

const NUMBERS = 'no one two three four five six seven eight nine ten eleven twelve'.split(' ');
/** A small number in a sentence: `seven`; larger ones in digits. */
export const numberWord = (count: number): string => NUMBERS[count] ?? grouped(count);

/** `1 state`, `3 states`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** Verdict in its two parts: the word, and what was measured; digits ungrouped, `Grouped` spaces them. */
export function verdictWords(verdict: Verdict, insn: number | null): { word: string; detail: string } {
  const count = (n: number, one: string): string => `${n} ${n === 1 ? one : `${one}s`}`;
  const processed = count(verdict.processed, 'instruction');
  if (verdict.unsupported !== undefined || verdict.errno === null)
    return { word: 'unsupported', detail: verdict.unsupported ?? say.shared.format.notCoveredByThisModel };
  if (verdict.accepted) return { word: 'accepted', detail: `${processed}, ${count(verdict.totalStates, 'state')}` };
  const at = insn === null || insn < 0 ? '' : ` at ${insn}`;
  return { word: 'rejected', detail: `${processed}, ${errnoName(verdict.errno)}${at}` };
}

/** Microseconds as a person reads them. */
export function duration(us: number): string {
  if (us < 1000) return `${Math.round(us)} µs`;
  if (us < 1_000_000) return `${(us / 1000).toFixed(us < 10_000 ? 1 : 0)} ms`;
  return `${(us / 1_000_000).toFixed(2)} s`;
}

/** A session's summary without the program's name in front, for places where the name stands beside it. */
export function summaryAlone(program: string, summary: string): string {
  return summary.startsWith(`${program}: `) ? summary.slice(program.length + 2) : summary;
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** What a world is called. */
export const worldName = ({ title }: WorldInfo): string => (title === '' ? say.shared.format.withoutATitle : title);

/** How much there is in a world: `60 tasks, 12 cgroups`. */
export const worldWords = ({ counts }: WorldInfo): string =>
  counts.map(({ what, count }) => `${grouped(count)} ${count === 1 ? what.replace(/s$/, '') : what}`).join(', ');
