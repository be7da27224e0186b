import { InputError } from '../base/errors.ts';
import { parseBlock } from './block.ts';
import type { BlockValue } from './block.ts';
import { parseCheck } from './checks/index.ts';
import type { Check } from './checks/check.ts';
import { factsIn } from './facts/index.ts';

/** A question with choices. Which are right is not written down: each choice carries a check that is held against the trace. */
export interface Question {
  readonly prompt: string;
  readonly choices: readonly { readonly text: string; readonly check: Check }[];
  /** Step to go to for *Watch it*. */
  readonly watch?: number;
  /** Said after the right answer, and after a wrong one. */
  readonly right: string;
  readonly wrong: string;
}
/** A program to be repaired or written. */
export interface Exercise {
  readonly prompt: string;
  /** What is written: assembly, or the definition of an iterator (JSON) by whose rules the program `within` is then verified and run. */
  readonly language: 'assembly' | 'definition';
  /** The text to begin with. */
  readonly start: string;
  /** The object's program in whose place the assembly stands: its maps and types are there; a program of its own unless told. */
  readonly within?: Show;
  readonly hints: readonly Hint[];
  /** What stands in the place of the last hint for who writes C; empty where there is no such. */
  readonly cHint: string;
  /** All must hold. */
  readonly checks: readonly Check[];
  readonly done: string;
  /** A text that solves it, and why it does; shown when it is solved, or given up. */
  readonly solution: string;
  readonly because: string;
}
/** A hint; one with a check is passed over where that holds for what was tried last. */
export interface Hint {
  readonly text: string;
  readonly unless?: Check;
}
/** What to show in the instruments with a page. */
export interface Show {
  readonly file: string;
  readonly program: string;
  /** File (JSON) of another kernel than Linux by whose rules it is verified and run: one without a rule, or with an iterator of one's own. */
  readonly model?: string;
  readonly step?: number;
}
/** Something that a text says, as a check. */
export interface Claim {
  readonly text: string;
  /** Line of the file. */
  readonly line: number;
  readonly check: Check;
}
export interface Page {
  readonly title: string;
  /** Statements that its text says, of those that the lesson teaches. */
  readonly says: readonly string[];
  /** Line of the file on which it begins. */
  readonly line: number;
  readonly markdown: string;
  /** What is said behind the question, once it was answered, or below the exercise; empty for nothing. */
  readonly after: string;
  /** What the text says of the page's program in its own words: each is held against it, and none is shown. */
  readonly claims: readonly Claim[];
  readonly question?: Question;
  readonly exercise?: Exercise;
  readonly open?: Show;
}
export interface Lesson {
  readonly id: string;
  readonly number: string;
  readonly title: string;
  readonly minutes: number;
  /** Kinds of rejection that it teaches about. */
  readonly explains: readonly string[];
  /** What one can do or knows at the end, in one sentence. */
  readonly goal: string;
  /** Statements of the source document that it teaches, by their ids. */
  readonly teaches: readonly string[];
  readonly pages: readonly Page[];
  /** The file that it was read from, for what is said of it later. */
  readonly file: string;
}

/** The texts of a question and of an exercise that may ask for facts. */
const questionTexts = ({ prompt, choices, right, wrong }: Question): readonly string[] => [
  prompt,
  ...choices.map(({ text }) => text),
  right,
  wrong,
];
const exerciseTexts = ({ prompt, hints, cHint, done, because }: Exercise): readonly string[] => [
  prompt,
  ...hints.map(({ text }) => text),
  cHint,
  done,
  because,
];

/** Everything of a page that asks for facts of the page's program: not `done` and `because`, which are about what solves the exercise. */
export const pageTexts = ({ markdown, after, question, exercise }: Page): readonly string[] => [
  markdown,
  after,
  ...(question === undefined ? [] : questionTexts(question)),
  ...(exercise === undefined ? [] : [exercise.prompt, ...exercise.hints.map(({ text }) => text), exercise.cHint]),
];

class Fields {
  constructor(
    readonly values: ReadonlyMap<string, BlockValue>,
    readonly what: string,
    readonly line: number,
    readonly file: string,
    known: readonly string[],
  ) {
    for (const key of values.keys())
      if (!known.includes(key)) throw this.bad(`unknown key ${key}; known: ${known.join(', ')}`);
  }
  bad(reason: string): InputError {
    return new InputError(`${this.what}: ${reason}`, `line ${this.line}`, this.file);
  }
  text(key: string, otherwise?: string): string {
    const value = this.values.get(key) ?? otherwise;
    if (typeof value !== 'string') throw this.bad(value === undefined ? `${key} is missing` : `${key} must be text`);
    return value;
  }
  list(key: string): readonly string[] {
    const value = this.values.get(key);
    if (value === undefined) return [];
    return typeof value === 'string' ? [value] : value;
  }
  number(key: string): number | undefined {
    const value = this.values.get(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || !/^\d+$/.test(value)) throw this.bad(`${key} must be a whole number`);
    return Number(value);
  }
}

/**
 * Parses a lesson: front matter between `---` lines, then pages that begin with `# Title`, each Markdown with at most one fenced block of each
 * of `question`, `exercise` and `open`, and with blocks of `claims`.
 * @throws InputError with the line and what was expected there
 */
export function parseLesson(source: string, file: string): Lesson {
  const lines = source.replace(/\r\n/g, '\n').split('\n');
  if (lines[0] !== '---') throw new InputError('a lesson begins with --- and its front matter', 'line 1', file);
  const end = lines.indexOf('---', 1);
  if (end < 0) throw new InputError('the front matter has no closing ---', 'line 1', file);
  const front = new Fields(parseBlock(lines.slice(1, end), 2, file), 'front matter', 1, file, [
    'id',
    'number',
    'title',
    'minutes',
    'explains',
    'goal',
    'teaches',
  ]);
  const id = front.text('id');
  if (!/^[a-z][a-z0-9-]{0,60}$/.test(id))
    throw front.bad(`id ${JSON.stringify(id)} must be lower-case words joined by -`);
  const minutes = front.number('minutes');
  if (minutes === undefined) throw front.bad('minutes is missing');

  const pages: Page[] = [];
  let i = end + 1;
  while (i < lines.length && lines[i]!.trim() === '') i++;
  if (i >= lines.length) throw new InputError('it has no pages', `line ${end + 1}`, file);
  while (i < lines.length) {
    const head = /^# (.+?)(?: \[([A-Z]\d+(?: [A-Z]\d+)*)\])?$/.exec(lines[i]!.trimEnd());
    const [, title, says = ''] = head ?? [];
    if (title === undefined)
      throw new InputError(`a page begins with "# Title", found ${JSON.stringify(lines[i])}`, `line ${i + 1}`, file);
    const start = ++i;
    let fenced = false;
    while (i < lines.length && (fenced || !lines[i]!.startsWith('# ')))
      if (lines[i++]!.startsWith('```')) fenced = !fenced;
    if (fenced) throw new InputError('a fenced block is not closed', `line ${start}`, file);
    pages.push({
      ...parsePage(title.trim(), lines.slice(start, i), start + 1, file),
      says: says === '' ? [] : says.split(' '),
    });
  }
  return {
    id,
    number: front.text('number'),
    title: front.text('title'),
    minutes,
    explains: front.list('explains'),
    goal: front.text('goal'),
    teaches: front.list('teaches'),
    pages,
    file,
  };
}

function parsePage(title: string, lines: readonly string[], firstLine: number, file: string): Page {
  const prose: string[] = [];
  const after: string[] = [];
  let page: Page = { title, says: [], line: firstLine - 1, markdown: '', after: '', claims: [] };
  for (let i = 0; i < lines.length; i++) {
    const fence = /^```(question|exercise|open|claims)$/.exec(lines[i]!.trimEnd())?.[1];
    if (fence === undefined) {
      const into = page.question === undefined && page.exercise === undefined ? prose : after;
      into.push(lines[i]!);
      // Other fenced blocks are prose, whatever is in them.
      if (lines[i]!.startsWith('```'))
        while (++i < lines.length && into.push(lines[i]!) && !lines[i]!.startsWith('```'));
      continue;
    }
    const from = i + 1;
    while (++i < lines.length && lines[i]!.trimEnd() !== '```');
    const at = firstLine + from - 1;
    if (fence === 'claims') {
      page = { ...page, claims: [...page.claims, ...parseClaims(lines.slice(from, i), firstLine + from, file)] };
      continue;
    }
    const values = parseBlock(lines.slice(from, i), firstLine + from, file);
    if (fence in page) throw new InputError(`a second ${fence} on one page`, `line ${at}`, file);
    if (fence === 'question') page = { ...page, question: parseQuestion(values, at, file) };
    else if (fence === 'exercise') page = { ...page, exercise: parseExercise(values, at, file) };
    else page = { ...page, open: parseShow(values, at, file) };
  }
  const [markdown, behind] = [prose.join('\n').trim(), after.join('\n').trim()];
  factsIn(markdown + behind, `line ${firstLine}`, file);
  return { ...page, markdown, after: behind };
}

function parseClaims(lines: readonly string[], firstLine: number, file: string): Claim[] {
  const claims: Claim[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const text = /^- (.+)$/.exec(line.trim())?.[1];
    const place = `line ${firstLine + i}`;
    if (text === undefined)
      throw new InputError(`a claim is written "- CHECK", found ${JSON.stringify(line)}`, place, file);
    claims.push({ text, line: firstLine + i, check: parseCheck(text, place, file) });
  }
  return claims;
}

function parseQuestion(values: ReadonlyMap<string, BlockValue>, line: number, file: string): Question {
  const fields = new Fields(values, 'question', line, file, ['prompt', 'choices', 'watch', 'right', 'wrong']);
  const choices = fields.list('choices').map((choice) => {
    const [text, check, more] = choice.split(' => ');
    if (text === undefined || check === undefined || more !== undefined)
      throw fields.bad(`a choice is written "words => check", found ${JSON.stringify(choice)}`);
    return { text, check: parseCheck(check.trim(), `line ${line}`, file) };
  });
  if (choices.length < 2) throw fields.bad('it needs at least two choices');
  const watch = fields.number('watch');
  const question: Question = {
    prompt: fields.text('prompt'),
    choices,
    ...(watch === undefined ? {} : { watch }),
    right: fields.text('right'),
    wrong: fields.text('wrong', 'Not so. Watch it, and look again.'),
  };
  for (const text of questionTexts(question)) factsIn(text, `line ${line}`, file);
  return question;
}

function parseExercise(values: ReadonlyMap<string, BlockValue>, line: number, file: string): Exercise {
  const fields = new Fields(values, 'exercise', line, file, [
    'prompt',
    'start',
    'within',
    'model',
    'definition',
    'hints',
    'c-hint',
    'checks',
    'done',
    'solution',
    'because',
  ]);
  const checks = fields.list('checks').map((check) => parseCheck(check, `line ${line}`, file));
  if (checks.length === 0) throw fields.bad('it has no checks: nothing would tell when it is solved');
  const within = fields.values.has('within') ? /^(\S+) (\w+)$/.exec(fields.text('within')) : undefined;
  if (within === null) throw fields.bad('within is written FILE PROGRAM');
  const language = writtenIn(fields, within !== undefined);
  const exercise: Exercise = {
    prompt: fields.text('prompt'),
    language,
    start: fields.text('start'),
    ...(within === undefined
      ? {}
      : { within: { file: within[1] ?? '', program: within[2] ?? '', ...modelIn(fields) } }),
    hints: fields.list('hints').map((hint) => {
      const [check, text] = hint.split(' => ');
      return text === undefined
        ? { text: hint }
        : { text, unless: parseCheck((check ?? '').trim(), `line ${line}`, file) };
    }),
    cHint: fields.text('c-hint', ''),
    checks,
    done: fields.text('done'),
    solution: fields.text('solution'),
    because: fields.text('because'),
  };
  for (const text of exerciseTexts(exercise)) factsIn(text, `line ${line}`, file);
  return exercise;
}

/** What an exercise asks for; a definition is tried on the program that it stands with. */
function writtenIn(fields: Fields, hasProgram: boolean): Exercise['language'] {
  if (!fields.values.has('definition')) return 'assembly';
  if (fields.text('definition') !== 'yes') throw fields.bad('definition is written definition: yes');
  if (!hasProgram) throw fields.bad('a definition needs within: the program that is verified and run by it');
  if (fields.values.has('model')) throw fields.bad('a definition is the model: there can be no other');
  return 'definition';
}

const modelIn = (fields: Fields): Pick<Show, 'model'> =>
  fields.values.has('model') ? { model: fields.text('model') } : {};

function parseShow(values: ReadonlyMap<string, BlockValue>, line: number, file: string): Show {
  const fields = new Fields(values, 'open', line, file, ['file', 'program', 'step', 'model']);
  const step = fields.number('step');
  return {
    file: fields.text('file'),
    program: fields.text('program'),
    ...(step === undefined ? {} : { step }),
    ...modelIn(fields),
  };
}
