import { InputError } from '../base/errors.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import { proseOf, wordCount } from '../lesson/prose.ts';
import { piecesText } from '../lesson/index.ts';
import type { Lesson, Page, Pieces, Subject } from '../lesson/index.ts';
import type { Attempt, CheckResult, InputFile, LessonComplaint } from './protocol.ts';

/** Most words of a page without something to do, and of a sentence on average. */
const PAGE_WORDS = 180;
const SENTENCE_WORDS = 25;
/** Least number of hints, of plausible wrong solutions and of evasions of an exercise. */
const HINTS = 3;
const WRONG = 4;
const EVASIONS = 2;

/** What the lint needs of the engine. */
export interface LintHost {
  /** The files of the lesson's folder, by their names within it. */
  readonly files: readonly InputFile[];
  /** Words that the glossary explains, and lessons that there are, by their ids. */
  readonly terms: ReadonlySet<string>;
  readonly lessons: ReadonlySet<string>;
  /** Entries of the reference. */
  readonly entries: ReadonlySet<string>;
  subject(page: number): Promise<Subject>;
  /** Fills in whatever the lesson's texts ask for. @throws InputError */
  told(): Promise<void>;
  check(page: number, attempt: Attempt): Promise<CheckResult>;
  /** The pieces that the exercise of a page can be solved with. @throws InputError */
  pieces(page: number): Pieces | undefined;
}

/**
 * Attempts at an exercise that ship beside a lesson: `wrong/5-no-destroy.asm`, of the exercise of page 5, or `.json` where that asks for a definition; the
 * first line says `// says: WORDS`, and is no part of a definition.
 */
interface WrittenAttempt {
  readonly file: string;
  readonly page: number;
  readonly isDefinition: boolean;
  readonly text: string;
  readonly says: string;
}

function attempts(files: readonly InputFile[], folder: 'wrong' | 'evasions'): WrittenAttempt[] {
  const found: WrittenAttempt[] = [];
  for (const { name, bytes } of files) {
    const [, page, ending] = new RegExp(`^${folder}/(\\d+)-[\\w-]+\\.(asm|json)$`).exec(name) ?? [];
    if (page === undefined) continue;
    const text = decodeUtf8(bytes);
    const says = /^\/\/ says: (.+)$/m.exec(text)?.[1]?.trim() ?? '';
    const isDefinition = ending === 'json';
    const bare = isDefinition ? text.replace(/^\/\/ says: .*\n/, '') : text;
    found.push({ file: name, page: Number(page), isDefinition, text: bare, says });
  }
  return found;
}

/**
 * Everything that keeps a lesson from being a good one, as far as a program can tell: how it is written, whether each question has one right answer,
 * whether each exercise accepts its solution and refuses, with the words that were written down, what is wrong and what evades it.
 */
export async function lintLesson(lesson: Lesson, host: LintHost): Promise<LessonComplaint[]> {
  const complaints: LessonComplaint[] = [];
  const complain = (place: string, what: string): void => void complaints.push({ place, what });
  lintText(lesson, host, complain);
  try {
    await host.told();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    complain(error.place, error.reason);
  }
  const wrong = attempts(host.files, 'wrong');
  const evasions = attempts(host.files, 'evasions');
  for (const [i, page] of lesson.pages.entries()) {
    const place = `line ${page.line}`;
    if (page.question !== undefined) {
      const subject = await host.subject(i);
      const right = page.question.choices.filter(({ check }) => check.holds(subject)).map(({ text }) => text);
      if (right.length !== 1)
        complain(
          place,
          `the question has ${right.length} right answers${right.length === 0 ? '' : `: ${right.join(' | ')}`}`,
        );
    }
    for (const { text, line, check } of page.claims)
      if (!check.holds(await host.subject(i))) complain(`line ${line}`, `it is not so: ${text}`);
    if (page.exercise === undefined) continue;
    const { start, solution, hints } = page.exercise;
    if ((await host.check(i, start)).ok) complain(place, 'what the exercise begins with solves it already');
    const solved = await host.check(i, solution);
    if (!solved.ok) complain(place, `the solution is refused: ${solved.words}`);
    await lintPieces(i, place, host, complain);
    await lintC(i, host, complain);
    if (hints.length < HINTS) complain(place, `the exercise has ${hints.length} hints; ${HINTS} are the least`);
    for (const [list, least, what] of [
      [wrong, WRONG, 'wrong solutions (wrong/)'],
      [evasions, EVASIONS, 'evasions (evasions/)'],
    ] as const) {
      const own = list.filter((one) => one.page === i + 1);
      if (own.length < least) complain(place, `the exercise has ${own.length} ${what}; ${least} are the least`);
      for (const one of own) await lintAttempt(one, i, host, complain);
    }
  }
  for (const { file, page, isDefinition } of [...wrong, ...evasions]) {
    const exercise = lesson.pages[page - 1]?.exercise;
    if (exercise === undefined) complain(file, `page ${page} has no exercise`);
    else if ((exercise.language === 'definition') !== isDefinition)
      complain(file, `the exercise of page ${page} asks for ${exercise.language}`);
  }
  return complaints;
}

async function lintAttempt(
  { file, text, says }: WrittenAttempt,
  page: number,
  host: LintHost,
  complain: (place: string, what: string) => void,
): Promise<void> {
  if (says === '') complain(file, 'it has no line "// says: WORDS" with what the learner is told');
  const { ok, words } = await host.check(page, text);
  if (ok) complain(file, 'it is accepted as a solution');
  else if (!words.includes(says))
    complain(file, `the learner is told ${JSON.stringify(words)}, not ${JSON.stringify(says)}`);
}

async function lintPieces(
  page: number,
  place: string,
  host: LintHost,
  complain: (place: string, what: string) => void,
): Promise<void> {
  let pieces: Pieces | undefined;
  try {
    pieces = host.pieces(page);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return complain(place, error.message);
  }
  if (pieces === undefined) return;
  const solved = await host.check(page, piecesText(pieces.solution));
  if (!solved.ok) complain(`pieces/${page + 1}.txt`, `the pieces in their order are refused: ${solved.words}`);
  const all = await host.check(page, piecesText([...pieces.solution, ...pieces.others]));
  if (pieces.others.length > 0 && all.ok)
    complain(`pieces/${page + 1}.txt`, 'all pieces together solve it: what belongs to no solution does no harm');
}

/** What an exercise begins with in C, and its solution, with their objects. */
async function lintC(page: number, host: LintHost, complain: (place: string, what: string) => void): Promise<void> {
  const names = (which: string): string[] => ['c', 'o'].map((end) => `c/${page + 1}-${which}.bpf.${end}`);
  const wanted = [...names('start'), ...names('solution')];
  const found = wanted.map((name) => host.files.find((file) => file.name === name));
  if (found.every((file) => file === undefined)) return;
  for (const [i, file] of found.entries()) if (file === undefined) complain(wanted[i] ?? '', 'it is missing');
  const [startC, startO, solutionC, solutionO] = found;
  if (startC === undefined || startO === undefined || solutionC === undefined || solutionO === undefined) return;
  const begun = await host.check(page, { source: startC, object: startO.bytes });
  if (begun.ok) complain(startC.name, 'what the exercise begins with solves it already');
  if (begun.session === undefined) complain(startC.name, begun.words);
  const solved = await host.check(page, { source: solutionC, object: solutionO.bytes });
  if (!solved.ok) complain(solutionC.name, `the solution is refused: ${solved.words}`);
}

function lintText(lesson: Lesson, host: LintHost, complain: (place: string, what: string) => void): void {
  if (wordCount(lesson.goal) > SENTENCE_WORDS || !/[.!?]$/.test(lesson.goal))
    complain('front matter', `the goal is one sentence of at most ${SENTENCE_WORDS} words`);
  if (!lesson.pages.some(({ question }) => question !== undefined)) complain('', 'it asks nothing');
  if (!lesson.pages.some(({ exercise }) => exercise !== undefined)) complain('', 'it has no exercise');
  const said = new Set(lesson.pages.flatMap(({ says }) => says));
  for (const id of lesson.teaches) if (!said.has(id)) complain('front matter', `no page says ${id}: # Title [${id}]`);
  for (const { says, line } of lesson.pages)
    for (const id of says)
      if (!lesson.teaches.includes(id)) complain(`line ${line}`, `${id} is not among what the lesson teaches`);
  const sentences: string[] = [];
  for (const page of lesson.pages) lintPage(page, host, sentences, complain);
  const words = sentences.reduce((sum, one) => sum + wordCount(one), 0);
  if (words > SENTENCE_WORDS * sentences.length)
    complain(
      '',
      `its sentences have ${(words / sentences.length).toFixed(1)} words on average; ${SENTENCE_WORDS} are the most`,
    );
  const last = lesson.pages.at(-1);
  if (
    !proseOf(`${last?.markdown ?? ''}\n\n${last?.after ?? ''}`).urls.some((url) =>
      url.startsWith('https://docs.kernel.org/'),
    )
  )
    complain(
      `line ${lesson.pages.at(-1)?.line ?? 1}`,
      'the last page links no document of the kernel (https://docs.kernel.org/…)',
    );
}

function lintPage(
  page: Page,
  host: LintHost,
  sentences: string[],
  complain: (place: string, what: string) => void,
): void {
  const prose = proseOf(`${page.markdown}\n\n${page.after}`);
  const place = `line ${page.line}`;
  sentences.push(...prose.sentences);
  const toDo = page.question !== undefined || page.exercise !== undefined;
  if (prose.words > PAGE_WORDS && !toDo)
    complain(place, `the page has ${prose.words} words and nothing to do; ${PAGE_WORDS} are the most`);
  for (const { scheme, target } of prose.links) {
    if (scheme === 'glossary' && !host.terms.has(target)) complain(place, `the glossary does not explain ${target}`);
    if (scheme === 'reference' && !host.entries.has(target)) complain(place, `the reference has no entry ${target}`);
    if (scheme === 'lesson' && !host.lessons.has(target)) complain(place, `there is no lesson ${target}`);
    if (scheme === 'step' && !/^\d+$/.test(target)) complain(place, `step:${target} is no step`);
  }
}
