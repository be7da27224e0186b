import { expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { parseLesson } from './lesson.ts';

const FRONT = '---\nid: a-lesson\nnumber: 1.1\ntitle: T\nminutes: 5\ngoal: Know it.\n---\n';
const page = (body: string): string => `${FRONT}# One\n${body}`;
const QUESTION = '```question\nprompt: P?\nchoices:\n  - yes => accepted\n  - no => rejected leak\nright: R\n```';

test('pages, prose, questions, exercises and what to open', () => {
  const lesson = parseLesson(
    page(
      `Hello\n\n${QUESTION}\n\n\`\`\`open\nfile: a.o\nprogram: p\nstep: 3\n\`\`\`\n\`\`\`c\n# not a page\n\`\`\`\n# Two\n\`\`\`exercise\nprompt: Do\nstart: |\n  r0 = 0\n    exit\nchecks:\n  - accepted\n  - processed <= 5\ndone: Good\nsolution: exit\nbecause: So\n\`\`\`\n`,
    ),
    'l.md',
  );
  expect(lesson).toMatchObject({ id: 'a-lesson', number: '1.1', title: 'T', minutes: 5, explains: [] });
  expect(lesson.pages.map(({ title }) => title)).toEqual(['One', 'Two']);
  const [one, two] = lesson.pages;
  expect(one!.markdown).toBe('Hello');
  // What stands behind the question is told when it was answered.
  expect(one!.after).toBe('```c\n# not a page\n```');
  expect(one!.question).toMatchObject({ prompt: 'P?', right: 'R' });
  expect(one!.question!.choices.map(({ text, check }) => [text, check.text])).toEqual([
    ['yes', 'accepted'],
    ['no', 'rejected leak'],
  ]);
  expect(one!.open).toEqual({ file: 'a.o', program: 'p', step: 3 });
  expect(two!.exercise).toMatchObject({ prompt: 'Do', start: 'r0 = 0\n  exit', done: 'Good', hints: [] });
});

const EXERCISE =
  '```exercise\ndefinition: yes\nwithin: a.o p\nprompt: P\nstart: |\n  {}\nchecks:\n  - registered\ndone: D\nsolution: S\nbecause: B\n```';

test('an exercise may ask for a definition', () => {
  const { exercise } = parseLesson(page(EXERCISE), 'l.md').pages[0]!;
  expect(exercise).toMatchObject({ language: 'definition', within: { file: 'a.o', program: 'p' }, start: '{}' });
  const assembly = EXERCISE.replace('definition: yes', 'model: m.json');
  expect(parseLesson(page(assembly), 'l.md').pages[0]!.exercise).toMatchObject({
    language: 'assembly',
    within: { file: 'a.o', program: 'p', model: 'm.json' },
  });
});

test.each([
  ['a definition of no program', page(EXERCISE.replace('within: a.o p\n', '')), /a definition needs within/],
  ['another word', page(EXERCISE.replace('yes', 'no')), /definition is written definition: yes/],
  ['two models', page(EXERCISE.replace('prompt', 'model: m.json\nprompt')), /a definition is the model/],
  ['nothing', '', /line 1: a lesson begins with ---/],
  ['no end of the front matter', '---\nid: a', /no closing ---/],
  [
    'an unknown key',
    '---\nid: a\nnumber: 1\ntitle: T\nminutes: 1\ngoal: G.\nauthor: me\n---\n# P\n',
    /unknown key author/,
  ],
  ['a missing title', '---\nid: a\nnumber: 1\nminutes: 1\n---\n# P\n', /title is missing/],
  ['an id with blanks', '---\nid: a b\nnumber: 1\ntitle: T\nminutes: 1\ngoal: G.\n---\n# P\n', /id "a b"/],
  [
    'no number of minutes',
    '---\nid: a\nnumber: 1\ntitle: T\nminutes: soon\n---\n# P\n',
    /minutes must be a whole number/,
  ],
  ['a key given twice', '---\nid: a\nid: b\n---\n# P\n', /line 3: id is given twice/],
  ['no pages', FRONT, /no pages/],
  ['prose before the first page', `${FRONT}hello\n`, /line 8: a page begins with/],
  ['an open fence', page('```c\n'), /not closed/],
  [
    'one choice',
    page('```question\nprompt: P\nchoices:\n  - yes => accepted\nright: R\n```\n'),
    /at least two choices/,
  ],
  ['an unknown check', page(QUESTION.replace('=> accepted', '=> eval 1')), /unknown check "eval 1"; known: .*accepted/],
  [
    'a check that is written wrongly',
    page(QUESTION.replace('=> accepted', '=> loops often')),
    /check "loops often" is written loops \[N\]/,
  ],
  ['a choice without a check', page(QUESTION.replace(' => accepted', '')), /a choice is written/],
  ['two questions', page(`${QUESTION}\n${QUESTION}`), /a second question/],
  ['an exercise without checks', page('```exercise\nprompt: P\nstart: exit\ndone: D\n```'), /no checks/],
])('a lesson with %s is refused with its line', (_name, source, reason) => {
  expect(() => parseLesson(source, 'l.md')).toThrow(reason);
  expect(() => parseLesson(source, 'l.md')).toThrow(InputError);
  expect(() => parseLesson(source, 'l.md')).toThrow(/^l\.md: line \d+/);
});

test('claims are checks of the page’s program, with their lines', () => {
  const [one] = parseLesson(page('Hello\n\n```claims\n- accepted\n\n- count forks 2\n```\nMore'), 'l.md').pages;
  expect(one!.claims.map(({ text, line }) => [text, line])).toEqual([
    ['accepted', 12],
    ['count forks 2', 14],
  ]);
  expect(one!.markdown).toBe('Hello\n\nMore');
  expect(() => parseLesson(page('```claims\naccepted\n```'), 'l.md')).toThrow(
    'l.md: line 10: a claim is written "- CHECK", found "accepted"',
  );
});
