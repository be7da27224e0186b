import type { Checked } from './check.ts';
import type { KernelRuns } from './kernel-runs.ts';

/** What was run of one source of programs. */
export class Tally {
  programs = 0;
  accepted = 0;
  rejected = 0;
  notCovered = 0;
  runs = 0;
  cut = 0;
  steps = 0;
  compared = 0;
  violations = 0;
  /** Programs that the kernel ran too, their runs, and those that returned something else there. */
  inKernel = 0;
  kernelRuns = 0;
  differing = 0;
  readonly notInKernel = new Map<string, number>();
  readonly unmodelled = new Map<string, number>();
  readonly kernelMistakes = new Map<string, number>();

  add(checked: Checked): void {
    this.programs++;
    if (checked.notRun === undefined) this.accepted++;
    else if (checked.notRun === 'rejected') this.rejected++;
    else this.notCovered++;
    this.runs += checked.runs;
    this.cut += checked.cut;
    this.steps += checked.steps;
    this.compared += checked.compared;
    this.violations += checked.violations.length;
    for (const why of checked.unmodelled) count(this.unmodelled, why);
    for (const what of checked.kernelMistakes) count(this.kernelMistakes, what);
  }

  addKernel(compared: KernelRuns): void {
    if ('notCompared' in compared) return count(this.notInKernel, compared.notCompared);
    this.inKernel++;
    this.kernelRuns += compared.runs;
    if (compared.differ !== null) this.differing++;
  }
}

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

const SUMS = [
  'programs',
  'accepted',
  'notCovered',
  'runs',
  'cut',
  'steps',
  'compared',
  'violations',
  'inKernel',
  'kernelRuns',
  'differing',
] as const;

/** A table of all sources, and what stopped runs early. */
export function table(tallies: ReadonlyMap<string, Tally>): string {
  const heads = ['', 'programs', 'accepted', 'not covered', 'runs', 'cut off', 'steps', 'values', 'violations'];
  const all = new Tally();
  const row = (name: string, t: Tally): string[] => [
    name,
    ...[t.programs, t.accepted, t.notCovered, t.runs, t.cut, t.steps, t.compared, t.violations].map(String),
  ];
  const rows = [heads];
  for (const [name, tally] of tallies) {
    rows.push(row(name, tally));
    for (const key of SUMS) all[key] += tally[key];
    for (const which of ['unmodelled', 'kernelMistakes', 'notInKernel'] as const)
      for (const [what, n] of tally[which]) all[which].set(what, (all[which].get(what) ?? 0) + n);
  }
  rows.push(row('all', all));
  const widths = heads.map((_, i) => Math.max(...rows.map((cells) => cells[i]!.length)));
  const lines = rows.map((cells) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
  );
  const byCount = (map: ReadonlyMap<string, number>): [string, number][] => [...map].sort((a, b) => b[1] - a[1]);
  for (const [what, n] of byCount(all.kernelMistakes))
    lines.push(`${n} runs met a mistake of the kernel's own: ${what}`);
  for (const [why, n] of byCount(all.unmodelled))
    lines.push(`${n} runs stopped at what the machine does not model: ${why}`);
  if (all.inKernel > 0 || all.notInKernel.size > 0) {
    lines.push(
      `in the kernel: ${all.inKernel} programs, ${all.kernelRuns} runs; ${all.differing} programs return something else`,
    );
    for (const [why, n] of byCount(all.notInKernel)) lines.push(`${n} programs not run there: ${why}`);
  }
  return lines.join('\n');
}
