import { errnoName } from '../core/base/errno.ts';
import type { Verdict, WorldInfo } from '../core/trace/views/view.ts';
import { say } from './words/index.ts';
import { grouped } from './words/grouped.ts';

export { errnoName };

export { grouped };

/** How a verdict is shown: what it is, the word for it, and what was measured; digits ungrouped, `Grouped` spaces them. */
export interface VerdictWords {
  readonly kind: 'accepted' | 'rejected' | 'unsupported';
  readonly word: string;
  readonly detail: string;
}
export function verdictWords(verdict: Verdict, insn: number | null): VerdictWords {
  const { processed, totalStates, errno, unsupported, accepted } = verdict;
  const words = say.shared.format;
  if (unsupported !== undefined || errno === null)
    return { kind: 'unsupported', word: words.unsupported, detail: unsupported ?? words.notCoveredByThisModel };
  if (accepted) return { kind: 'accepted', word: words.accepted, detail: words.verified(processed, totalStates) };
  const name = errnoName(errno);
  const detail = insn === null || insn < 0 ? words.failed(processed, name) : words.failedAt(processed, name, insn);
  return { kind: 'rejected', word: words.rejected, detail };
}

/** Microseconds as a person reads them. */
export function duration(us: number): string {
  if (us < 1000) return say.shared.format.microseconds(String(Math.round(us)));
  if (us < 1_000_000) return say.shared.format.milliseconds((us / 1000).toFixed(us < 10_000 ? 1 : 0));
  return say.shared.format.seconds((us / 1_000_000).toFixed(2));
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
  say.shared.format.worldParts(counts.map(({ what, count }) => say.shared.format.worldPart(count, what)));
