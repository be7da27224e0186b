import type { Moment } from '../../trace/views/difference-view.ts';
import type { DifferenceRow, DifferenceView } from '../../trace/views/view.ts';
import type { Command, Context } from '../command.ts';
import { nearest, number, shown, UsageError } from '../command.ts';
import { columns, style } from '../style.ts';

const KINDS = ['here', 'before', 'first', 'last', 'checkpoint', 'mark'] as const;

/** Takes one moment off the words: `12`, `checkpoint 3`, `mark NAME`, `here`, each of another program behind its name and a colon. */
function moment(words: string[], context: Context): Moment {
  const word = words.shift()!;
  const colon = word.indexOf(':');
  const session = colon < 0 ? shown(context) : programCalled(word.slice(0, colon), context);
  const kind = colon < 0 ? word : word.slice(colon + 1);
  const own = session === context.session;
  const { steps } = context.host.info(session);
  const at = (step: number): Moment => ({ at: 'step', session, step });
  switch (kind) {
    case 'checkpoint':
      return { at: 'checkpoint', session, checkpoint: number(words.shift(), 'the checkpoint') };
    case 'mark':
      return at(markCalled(words.shift(), session, context));
    case 'first':
      return at(1);
    case 'last':
      return at(steps);
    case 'here':
    case 'before':
      if (!own) throw new UsageError(`only the program on show has a step that is ${kind}: ${word.slice(0, colon)}:12`);
      return at(kind === 'here' ? context.step : Math.max(1, context.step - 1));
    default:
      if (!/^\d+$/.test(kind))
        throw new UsageError(
          `a state is a step (12), ${KINDS.slice(0, 4).join(', ')}, checkpoint N or mark NAME, not ${JSON.stringify(kind)}`,
        );
      return at(Number(kind));
  }
}

function programCalled(name: string, { host }: Context): number {
  const all = host.sessions();
  const found = [...all].reverse().find(({ program, session }) => program === name || String(session) === name);
  if (found !== undefined) return found.session;
  const near = nearest(
    name,
    all.map(({ program }) => program),
  );
  throw new UsageError(`no program ${name} is open${near === undefined ? '' : `; did you mean ${near}?`}`);
}

function markCalled(name: string | undefined, session: number, { host }: Context): number {
  const marks = host.marks(session);
  const found = marks.find((mark) => mark.name === name);
  if (found !== undefined) return found.step;
  const names = marks.map((mark) => mark.name).filter((one) => one !== '');
  throw new UsageError(
    `there is no mark ${JSON.stringify(name ?? '')}: ${names.length === 0 ? '`mark NAME` makes one' : `there are ${names.join(', ')}`}`,
  );
}

const GROUPS: Readonly<Record<DifferenceRow['group'], string>> = {
  calls: 'calls',
  registers: 'registers',
  iterators: 'iterators',
  stack: 'stack',
  references: 'references',
  sections: 'sections',
};

/** A difference as lines of text. */
export function differenceText({ from, to, rows, words, walks }: DifferenceView): string {
  const lines = [`${style.dim('from')}  ${from.words}`, `${style.dim('to')}    ${to.words}`];
  if (walks !== null) lines.push(walks.words.replaceAll('`', ''));
  lines.push(words);
  for (const group of Object.keys(GROUPS) as DifferenceRow['group'][]) {
    const changed = rows.filter((row) => row.group === group && row.relation !== 'same');
    const same = rows.filter((row) => row.group === group && row.relation === 'same').length;
    if (changed.length === 0) continue;
    lines.push(`${style.bold(GROUPS[group])}${same === 0 ? '' : style.dim(` · ${same} the same`)}`);
    lines.push(columns(changed.map(rowCells), 4));
  }
  return lines.join('\n');
}

function rowCells(row: DifferenceRow): string[] {
  const { name, variable, frame, relation, from, to, made } = row;
  const kernel = relation === 'marked';
  const shape = ({ range, words, kernel: text }: DifferenceRow['from']): string =>
    kernel && text !== ''
      ? text
      : range !== null && range.min !== range.max
        ? `${range.min} … ${range.max}, ${words}`
        : words;
  const place = `  ${frame > 0 ? `frame ${frame} ` : ''}${name}${variable === '' ? '' : ` (${variable})`}`;
  const by = made === null ? '' : style.dim(`step ${made.step}, at ${made.pc}: ${made.text.replaceAll('`', '')}`);
  return [style.name(place), shape(from), `→ ${shape(to)}`, by];
}

export const diff: Command = {
  name: 'diff',
  usage: 'diff FROM [TO]',
  summary: 'what differs between two states of the walk, or of two walks',
  help:
    'What differs between two states: registers, iterators, stack, references, calls and sections, and which instruction made it so. A state is a step (12), here, before, first, last, ' +
    'checkpoint N (a state that was stored) or mark NAME; of another program it is written behind its name: first_even:12. Without TO it is the step on show. Of two programs it says too where their walks part first.',
  run(args, context) {
    shown(context);
    const words = [...args];
    if (words.length === 0) throw new UsageError('which states? `diff 12 30`, `diff 12`, `diff 12 checkpoint 3`');
    const from = moment(words, context);
    const to: Moment =
      words.length === 0 ? { at: 'step', session: context.session, step: context.step } : moment(words, context);
    if (words.length > 0) throw new UsageError(`two states are compared: ${JSON.stringify(words[0])} is one too many`);
    return { output: differenceText(context.host.difference(from, to)) };
  },
  complete: () => [...KINDS],
};
