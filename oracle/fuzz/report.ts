import type { Disagreement, Judgement } from '../kernel/judge.ts';
import type { Case } from './case.ts';

const ORDER: readonly Disagreement[] = ['crash', 'verdict', 'errno', 'message', 'statistics', 'log', 'translation'];
export const rank = (judgement: Judgement): number => ORDER.indexOf(judgement.disagreement ?? 'log');

/** What became of one generator's programs. */
export class Tally {
  programs = 0;
  accepted = 0;
  equal = 0;
  readonly disagreements: Record<Disagreement, number> = {
    crash: 0,
    verdict: 0,
    errno: 0,
    message: 0,
    statistics: 0,
    log: 0,
    translation: 0,
  };
  readonly unsupported = new Map<string, number>();
  readonly notJudged = new Map<string, number>();
  readonly messages = new Map<string, number>();

  add(other: Tally): void {
    this.programs += other.programs;
    this.accepted += other.accepted;
    this.equal += other.equal;
    for (const kind of ORDER) this.disagreements[kind] += other.disagreements[kind];
    for (const [why, n] of other.unsupported) count(this.unsupported, why, n);
    for (const [why, n] of other.notJudged) count(this.notJudged, why, n);
    for (const [why, n] of other.messages) count(this.messages, why, n);
  }
}

export function count(map: Map<string, number>, key: string, n = 1): void {
  map.set(key, (map.get(key) ?? 0) + n);
}

const total = (map: ReadonlyMap<string, number>): number => [...map.values()].reduce((sum, n) => sum + n, 0);

/** The table of all generators, then the reasons for what was not compared. */
export function table(tallies: ReadonlyMap<string, Tally>): string {
  const all = new Tally();
  for (const tally of tallies.values()) all.add(tally);
  const head = ['generator', 'programs', 'accepted', 'equal', ...ORDER, 'unsupported', 'not judged'];
  const row = (name: string, t: Tally): string[] => [
    name,
    String(t.programs),
    t.programs === 0 ? '-' : `${Math.round((100 * t.accepted) / t.programs)}%`,
    String(t.equal),
    ...ORDER.map((kind) => String(t.disagreements[kind])),
    String(total(t.unsupported)),
    String(total(t.notJudged)),
  ];
  const rows = [head, ...[...tallies].map(([name, t]) => row(name, t)), row('all', all)];
  const widths = head.map((_, i) => Math.max(...rows.map((cells) => cells[i]!.length)));
  const lines = rows.map((cells) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
  );
  const reasons = (title: string, pick: (t: Tally) => ReadonlyMap<string, number>): string[] =>
    [...tallies].flatMap(([name, t]) =>
      [...pick(t)].sort((a, b) => b[1] - a[1]).map(([why, n]) => `${title} ${n} (${name}): ${why}`),
    );
  return [...lines, ...reasons('unsupported', (t) => t.unsupported), ...reasons('not judged', (t) => t.notJudged)].join(
    '\n',
  );
}

/** A disagreement in words: where the logs part, and the program. */
export function describe(candidate: Case, judgement: Judgement, heading: string): string {
  const { difference, crash, kernel, model } = judgement;
  const words = [
    `// ${judgement.disagreement}: kernel errno ${kernel.errno}, model errno ${model?.errno ?? '-'}; ${heading}`,
    ...(crash ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .slice(0, 4)
      .map((line) => `// ${line}`),
    ...(difference === undefined
      ? []
      : [
          ...difference.before.slice(-3).map((line) => `//   ${line}`),
          `// k ${difference.left ?? '(the log ends)'}`,
          `// m ${difference.right ?? '(the log ends)'}`,
        ]),
  ];
  return `${words.join('\n')}\n${candidate.lines.join('\n')}\n`;
}
