import { InputError } from '../base/errors.ts';
import { marksIn } from './facts/index.ts';
import type { Term } from './glossary.ts';
import { pageTexts } from './lesson.ts';
import type { Lesson } from './lesson.ts';

/** What a lesson of a pack may have at most: it is somebody else's, and each of these is work. */
export const FOREIGN_LIMITS = {
  pages: 100,
  choices: 20,
  checks: 20,
  hints: 20,
  facts: 500,
  text: 200,
  markdown: 20_000,
} as const;

const tooLong = (text: string): boolean => text.length > FOREIGN_LIMITS.markdown;
const TOO_LONG = `a text has more than ${FOREIGN_LIMITS.markdown} characters`;

/** Holds the words of a glossary that somebody else wrote to the same. @throws InputError with the word */
export function checkForeignTerms(terms: readonly Term[], file: string): readonly Term[] {
  const long = terms.find(({ term, text }) => term.length > FOREIGN_LIMITS.text || tooLong(text));
  if (long !== undefined) throw new InputError(TOO_LONG, long.term.slice(0, 50), file);
  return terms;
}

/** Holds a lesson that somebody else wrote to what one may ask for. @throws InputError with the line */
export function checkForeign(lesson: Lesson): Lesson {
  const { pages, number, title, goal, file } = lesson;
  const bad = (reason: string, line = 1): InputError => new InputError(reason, `line ${line}`, file);
  if (!/^\d{1,3}(\.\d{1,3})?$/.test(number)) throw bad('front matter: number must be written as 1.2');
  for (const words of [title, goal])
    if (words.length > FOREIGN_LIMITS.text || /\p{C}/u.test(words))
      throw bad(
        `front matter: title and goal have at most ${FOREIGN_LIMITS.text} characters, all of which can be shown`,
      );
  const most = (count: number, what: 'pages' | 'choices' | 'checks' | 'hints' | 'facts', line?: number): void => {
    if (count > FOREIGN_LIMITS[what]) throw bad(`${count} ${what}, at most ${FOREIGN_LIMITS[what]} are read`, line);
  };
  most(pages.length, 'pages');
  for (const page of pages) {
    const { line, question, exercise } = page;
    if (pageTexts(page).some(tooLong)) throw bad(TOO_LONG, line);
    most(question?.choices.length ?? 0, 'choices', line);
    most(exercise?.checks.length ?? 0, 'checks', line);
    most(exercise?.hints.length ?? 0, 'hints', line);
  }
  most(pages.flatMap((page) => pageTexts(page).flatMap(marksIn)).length, 'facts');
  return lesson;
}
