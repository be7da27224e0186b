import { errnoName } from '../../base/errno.ts';
import type { RejectionKind } from '../../verifier/rejection.ts';
import { grouped } from '../query/numbers.ts';
import type { DifferenceLine, FixView } from '../fixes/fix-view.ts';
import { capital } from './words/text.ts';
import type {
  Few,
  Report,
  ReportBlock,
  ReportCost,
  ReportDifference,
  ReportFork,
  ReportLoop,
  ReportMeeting,
  Site,
} from './report.ts';

/** Columns that text is broken at. */
const WIDTH = 100;

/** Breaks a paragraph into lines of at most `WIDTH` columns. */
function wrapped(text: string, indent: number, first = indent): string[] {
  const lines: string[] = [];
  let line = ' '.repeat(first);
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = ' '.repeat(indent);
      empty = true;
    }
    line += `${empty ? '' : ' '}${word}`;
    empty = false;
  }
  return [...lines, line];
}

const times = (n: number): string => (n === 1 ? 'once' : n === 2 ? 'twice' : `${grouped(n)} times`);
const plural = (n: number, one: string, many = `${one}s`): string => `${grouped(n)} ${n === 1 ? one : many}`;

/** Longest source line that is shown whole. */
const MAX_SOURCE = 72;
const shortened = (source: string): string =>
  source.length <= MAX_SOURCE ? source : `${source.slice(0, MAX_SOURCE - 1).trimEnd()}…`;

/** `c.bpf.c:12  x = 1;`, or nothing where the object does not say. */
const sourceOf = ({ file, line, source }: Site): string => (line === 0 ? '' : `${file}:${line}  ${shortened(source)}`);
const asmOf = ({ insn, asm }: Site): string => `${insn}: ${asm}`;

/** Prints sites: source line and instruction on a line each; a source line that was just shown is not shown again. */
class Sites {
  #last = '';

  lines(site: Site, indent: number): string[] {
    const source = sourceOf(site);
    const shown = source === this.#last ? '' : source;
    this.#last = source;
    return [shown, asmOf(site)].filter((line) => line !== '').map((line) => `${' '.repeat(indent)}${line}`);
  }
}

const more = ({ more: left }: Few<unknown>, what: string, indent: number): string[] =>
  left === 0 ? [] : [`${' '.repeat(indent)}… and ${grouped(left)} more ${what}`];

function whyLines(why: NonNullable<Report['why']>): string[] {
  const sites = new Sites();
  const lines = [`  ${why.title}`];
  for (const paragraph of why.words) lines.push(...wrapped(paragraph, 4));
  lines.push('', '  What to do', ...wrapped(why.todo, 4));
  if (why.kernel.length > 0) lines.push('', '  In the kernel’s words', ...why.kernel.map((line) => `    ${line}`));
  if (why.chain.length > 1) {
    lines.push('', '  From origin to error');
    why.chain.forEach(({ text, site }, i) => {
      lines.push(...wrapped(`${i + 1}. ${text}`, 7, 4), ...sites.lines(site, 7));
    });
    if (why.left > 0) lines.push(`    (${plural(why.left, 'step')} after the second left out)`);
  } else if (why.site !== null) lines.push('', '  Where', ...sites.lines(why.site, 4));
  if (why.way.list.length > 0) {
    lines.push('', '  The way here');
    if (why.way.more > 0) lines.push(`    … ${plural(why.way.more, 'earlier decision')}`);
    for (const { text, times: n, site } of why.way.list) {
      const line = site.line === 0 ? '' : ` (${site.file}:${site.line})`;
      lines.push(...wrapped(`at ${site.insn}${line}: ${text}${n > 1 ? `, ${times(n)}` : ''}`, 6, 4));
    }
  }
  return lines;
}

function forkLines({ site, times: n, reason, values, first }: ReportFork, sites: Sites): string[] {
  const known = values === '' ? '' : `: ${values}`;
  const often = n === 1 ? '' : ` It forked here ${times(n)}.`;
  return [...sites.lines(site, 4), ...wrapped(`${reason}${known}. Walked first: ${first}.${often}`, 6)];
}

const blockWords = ({ name, words, times: n, stored, current }: ReportBlock): string => {
  const values = name === '' ? '' : `${name} was ${stored} then and is ${current} now: `;
  return `${values}${name === '' ? capital(words) : words}${n === 1 ? '' : ` (${times(n)})`}.`;
};

function loopLines(loop: ReportLoop, sites: Sites): string[] {
  const { site, visits, rounds, storedAt, covered, decided, changing, widened, blocked } = loop;
  const lines = sites.lines(site, 4);
  lines.push(
    ...wrapped(
      covered === 0
        ? `Walked ${times(visits)}${
            decided
              ? ', one round after the other: its condition was known in every round, and nothing forked.'
              : blocked.list.length === 0
                ? ', one round after the other.'
                : ': no round was ever covered by an earlier one, so every round was walked.'
          }`
        : `Walked ${times(visits)}. After ${plural(rounds, 'round')} the state was covered by the one that was stored here at step ${grouped(storedAt)}: nothing new could come.${covered === 1 ? '' : ` ${plural(covered, 'path')} ended like that.`}`,
      6,
    ),
  );
  if (changing.list.length > 0) {
    const list = changing.list.map(({ name, before, after }) => `${name} from ${before} to ${after}`).join(', ');
    const rest = changing.more === 0 ? '' : `, and ${changing.more} more`;
    lines.push(...wrapped(`In the last round changed: ${list}${rest}.`, 6));
  }
  if (widened.list.length > 0) {
    lines.push('      Forgotten, because nobody needed it exactly, so that the rounds become alike:');
    for (const { name, entry, before, after, times: n } of widened.list)
      lines.push(
        ...wrapped(
          `${name}: ${entry} at the loop’s entry, ${before} when it came round, ${after} from then on${n === 1 ? '' : ` (${times(n)})`}.`,
          10,
          8,
        ),
      );
    lines.push(...more(widened, 'of them', 8));
  }
  if (blocked.list.length > 0) {
    lines.push('      What stood in the way of a match before:');
    for (const block of blocked.list) lines.push(...wrapped(blockWords(block), 10, 8));
    lines.push(...more(blocked, 'of them', 8));
  }
  return lines;
}

/** Names in a sentence: `r1`, `r1 and r2`, `r1, r2 and 3 more`. */
function nameList(names: readonly string[]): string {
  if (names.length > 4) return `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
}

function differenceLine({ kind, names, stored, current }: ReportDifference): string {
  const verb = names.length === 1 ? 'differs' : 'differ';
  switch (kind) {
    case 'any-number':
    case 'inside': {
      const values =
        stored === current ? '' : ` (${names.length > 1 ? `${names[0]!}: ` : ''}${stored} then, ${current} now)`;
      return kind === 'inside'
        ? `${nameList(names)} ${verb}${values}: inside what was stored.`
        : `${nameList(names)} ${verb}${values}, and nobody needs the exact value.`;
    }
    case 'unread':
      return `${nameList(names)} ${verb}, and nobody reads ${names.length === 1 ? 'it' : 'them'} after this point.`;
    case 'absent':
      return `${nameList(names)} held nothing then, so anything will do.`;
    case 'renamed':
      return `${nameList(names)} ${names.length === 1 ? 'is' : 'are'} the same under ${names.length === 1 ? 'another number' : 'other numbers'}.`;
    case 'iterator':
      return `${nameList(names)}: the iterator is in the same state; rounds and reference numbers may differ.`;
    default:
      return `${nameList(names)} ${verb}.`;
  }
}

function meetingLines({ site, times: n, differences }: ReportMeeting, sites: Sites): string[] {
  const lines = [
    ...sites.lines(site, 4),
    ...wrapped(
      `${plural(n, 'path')} ended here: what could come was walked before, from a state that covers this one.`,
      6,
    ),
  ];
  if (differences.length === 0) lines.push('        Everything is as it was then.');
  for (const difference of differences) lines.push(...wrapped(differenceLine(difference), 10, 8));
  return lines;
}

const costLine = ({ site, steps }: ReportCost, processed: number): string => {
  const share = Math.round((steps / processed) * 100);
  const line = site.line === 0 ? '' : ` (${site.file}:${site.line})`;
  return `    ${grouped(steps)}×, ${share} %: ${asmOf(site)}${line}`;
};

function headline({ program, verdict, stopped, why, paths, exits, pruned }: Report): string[] {
  const { errno, unsupported, processed, totalStates } = verdict;
  const said =
    errno === null
      ? `unsupported: ${unsupported ?? 'the model does not cover it'}${stopped === null ? '' : `, met at instruction ${stopped.insn}`}`
      : errno === 0
        ? 'accepted'
        : `rejected, ${errnoName(errno)}${why === null || why.insn < 0 ? '' : `, at instruction ${why.insn}`}`;
  const ends = [
    ...(exits > 0 ? [`${grouped(exits)} reached the exit`] : []),
    ...(pruned > 0 ? [`${grouped(pruned)} ended at an earlier state that covers ${pruned === 1 ? 'it' : 'them'}`] : []),
  ];
  if (processed === 0) return [`${program}: ${said}`];
  return [
    `${program}: ${said}`,
    ...wrapped(
      `${plural(processed, 'instruction')} walked on ${plural(paths, 'path')}${ends.length === 0 ? '' : `: ${ends.join(', ')}`}.${totalStates === 0 ? '' : ` ${plural(totalStates, 'state')} stored to compare with.`}`,
      2,
    ),
  ];
}

/** Programs of fewer instructions than these walk none of them often enough to speak of. */
const WORTH_COUNTING = 200;
const OFTEN = 10;

/** Limits that the walk itself explains. */
const LIMITS: ReadonlySet<string> = new Set<RejectionKind>(['too-many-instructions', 'too-many-branches']);

/** True when the walk is the story: of accepted programs, and of those that ran into a limit. */
const tellsTheWalk = ({ verdict, why }: Report): boolean =>
  verdict.errno === 0 || (why !== null && LIMITS.has(why.kind));

const MARKS: Readonly<Record<DifferenceLine['kind'], string>> = { same: ' ', removed: '-', added: '+' };

function fixLines(fix: FixView, others: number): string[] {
  const lines = [
    fix.grade === 'leaves out'
      ? '  It is accepted without what was refused'
      : `  A fix: with it the verifier accepts the program, after ${plural(fix.processed, 'instruction')}`,
  ];
  const many = fix.steps.length > 1;
  fix.steps.forEach(({ title, write, file, line, source }, i) => {
    lines.push(...wrapped(`${many ? `${i + 1}. ` : ''}${title}.`, many ? 7 : 4, 4));
    if (line > 0) lines.push(`${' '.repeat(many ? 7 : 4)}${file}:${line}  ${shortened(source)}`);
    lines.push(...wrapped(`${write}.`, many ? 7 : 4));
  });
  if (fix.section !== null) lines.push(`    - SEC("${fix.section.before}")`, `    + SEC("${fix.section.after}")`);
  let last = fix.difference[0];
  for (const one of fix.difference) {
    if (isApart(last!, one)) lines.push('      …');
    lines.push(`    ${MARKS[one.kind]} ${one.kind === 'removed' ? one.before : one.after}: ${one.text}`);
    last = one;
  }
  if (others > 0) lines.push(`    (${plural(others, 'other fix', 'other fixes')} under --json, and in the window)`);
  return lines;
}

/** Whether instructions that are not shown lie between two lines of a difference. */
export const isApart = (a: DifferenceLine, b: DifferenceLine): boolean =>
  a !== b && a.before >= 0 && b.before >= 0 && b.before > a.before + 2;

/** A verification in brief, as plain text: lines of about a hundred columns, ending with a newline. */
export function reportText(report: Report, fixes: readonly FixView[] = []): string {
  const lines = headline(report);
  const { why, forks, loops, meetings, costs, verdict } = report;
  if (why !== null) lines.push('', ...whyLines(why));
  const [fix] = fixes;
  if (fix !== undefined) lines.push('', ...fixLines(fix, fixes.length - 1));
  if (report.stopped !== null) lines.push('', '  Where', ...new Sites().lines(report.stopped, 4));
  if (tellsTheWalk(report)) {
    if (loops.list.length > 0) {
      lines.push('', '  Loops');
      const sites = new Sites();
      for (const loop of loops.list) lines.push(...loopLines(loop, sites));
      lines.push(...more(loops, 'places', 4));
    }
    if (forks.list.length > 0) {
      lines.push('', '  Where it forked');
      const sites = new Sites();
      for (const fork of forks.list) lines.push(...forkLines(fork, sites));
      lines.push(...more(forks, 'places', 4));
    }
    if (meetings.list.length > 0) {
      lines.push('', '  Where paths met what had been walked before');
      const sites = new Sites();
      for (const meeting of meetings.list) lines.push(...meetingLines(meeting, sites));
      lines.push(...more(meetings, 'places', 4));
    }
    const [most] = costs.list;
    if (most !== undefined && verdict.processed >= WORTH_COUNTING && most.steps >= OFTEN) {
      lines.push('', '  Walked most often');
      for (const cost of costs.list) if (cost.steps > 1) lines.push(costLine(cost, verdict.processed));
    }
  }
  return `${lines.join('\n')}\n`;
}
