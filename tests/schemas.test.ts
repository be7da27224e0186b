import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { InputError } from '../core/base/errors.ts';
import { ShapeError } from '../core/base/validate.ts';
import { describedBy } from '../core/kernel/catalogue/own/model-file.ts';
import { DEFAULT_WORLD } from '../core/kernel/machine/world/default-world.ts';
import { parseWorld } from '../core/kernel/machine/world/schema.ts';
import { parseBlock } from '../core/lesson/block.ts';
import { parseLesson } from '../core/lesson/index.ts';
import { packFile } from '../core/lesson/pack.ts';
import { readProgress } from '../core/lesson/progress.ts';
import { schemaNamed, SCHEMAS } from '../core/lesson/schemas.ts';
import { trackList } from '../core/lesson/tracks.ts';
import { PACK_JSON } from './packs/fixture.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const text = (name: string): string => readFileSync(`${root}${name}`, 'utf8');
const json = (name: string): unknown => JSON.parse(text(name)) as unknown;
const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

const ajv = new Ajv2020({ allErrors: false, strict: false });
const made = new Map<string, ValidateFunction>(SCHEMAS.map(({ name }) => [name, ajv.compile(schemaNamed(name)!)]));
/** What a schema says against a value; empty for nothing. */
function against(name: string, value: unknown): string {
  const validate = made.get(name)!;
  return validate(value) ? '' : ajv.errorsText(validate.errors);
}

/** The front matter and the blocks of a lesson as data, each with the name of its schema. */
function blocksOf(source: string): { name: string; line: number; value: Record<string, unknown> }[] {
  const lines = source.split('\n');
  const found: { name: string; line: number; value: Record<string, unknown> }[] = [];
  const take = (name: string, from: number, to: number): void => {
    found.push({ name, line: from, value: Object.fromEntries(parseBlock(lines.slice(from, to), from + 1, 'x')) });
  };
  take('front-matter', 1, lines.indexOf('---', 1));
  lines.forEach((line, i) => {
    const name = /^```(open|question|exercise)$/.exec(line.trimEnd())?.[1];
    if (name !== undefined)
      take(
        name,
        i + 1,
        lines.findIndex((end, k) => k > i && end.trimEnd() === '```'),
      );
  });
  return found;
}
const lessons = readdirSync(`${root}lessons`, { withFileTypes: true }).filter((entry) => entry.isDirectory());

describe('what ships fits its schema', () => {
  test('every lesson’s front matter and blocks', () => {
    const wrong: string[] = [];
    let blocks = 0;
    for (const { name: folder } of lessons)
      for (const { name, line, value } of blocksOf(text(`lessons/${folder}/lesson.md`))) {
        blocks++;
        const said = against(name, value);
        if (said !== '') wrong.push(`lessons/${folder}/lesson.md: line ${line}: ${name}: ${said}`);
      }
    expect(wrong).toEqual([]);
    expect(blocks).toBeGreaterThan(3 * lessons.length);
  });

  test('tracks, models, iterators and worlds', () => {
    expect(against('tracks', json('lessons/tracks.json'))).toBe('');
    expect(against('pack', PACK_JSON)).toBe('');
    expect(against('world', JSON.parse(JSON.stringify(DEFAULT_WORLD)))).toBe('');
    const files = ['samples', ...lessons.map(({ name }) => `lessons/${name}`), 'tests/own'].flatMap((folder) =>
      readdirSync(`${root}${folder}`)
        .filter((name) => name.endsWith('.json'))
        .map((name) => `${folder}/${name}`),
    );
    const judged = files.flatMap((name) => {
      try {
        const { kind } = describedBy(encode(json(name)));
        return [`${name}: ${against(kind, json(name))}`];
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        // It is no description: a recording of a test.
        return [];
      }
    });
    expect(judged.length).toBeGreaterThan(2);
    expect(judged.filter((line) => !line.endsWith(': '))).toEqual([]);
  });
});

const front = { id: 'x', number: '1.1', title: 'X', minutes: '5', goal: 'You know.' };
const lines = (block: Readonly<Record<string, unknown>>): string =>
  Object.entries(block)
    .map(([key, value]) =>
      Array.isArray(value)
        ? [`${key}:`, ...value.map((one) => `  - ${String(one)}`)].join('\n')
        : `${key}: ${String(value)}`,
    )
    .join('\n');
const question = { prompt: 'P?', choices: ['Yes => accepted', 'No => rejected'], right: 'So it is.' };
const exercise = {
  prompt: 'Do.',
  start: 'exit',
  hints: ['h'],
  checks: ['accepted'],
  done: 'D.',
  solution: 'exit',
  because: 'B.',
};
const open = { file: 'a.bpf.o', program: 'p' };
const page = (name: string, block: object): string =>
  `---\n${lines(front)}\n---\n\n# One\n\n\`\`\`${name}\n${lines(block as Record<string, unknown>)}\n\`\`\`\n`;
/** What reads each format, given the value as data. */
const READERS: Readonly<Record<string, (value: never) => unknown>> = {
  'front-matter': (value: object) => parseLesson(`---\n${lines(value as Record<string, unknown>)}\n---\n# One\n`, 'x'),
  open: (value: object) => parseLesson(page('open', value), 'x'),
  question: (value: object) => parseLesson(page('question', value), 'x'),
  exercise: (value: object) => parseLesson(page('exercise', value), 'x'),
  tracks: (value: unknown) => trackList(value, ''),
  pack: (value: unknown) => packFile(value, ''),
  progress: (value: unknown) => readProgress(encode(value), 'x'),
  iterator: (value: unknown) => describedBy(encode(value)),
  model: (value: unknown) => describedBy(encode(value)),
  world: (value: object) => parseWorld(value),
};
function takes(name: string, value: unknown): boolean {
  try {
    READERS[name]!(value as never);
    return true;
  } catch (error) {
    if (error instanceof InputError || error instanceof ShapeError) return false;
    throw error;
  }
}

const progress = {
  version: 2,
  name: '',
  lessons: [{ lesson: 'a', page: 0, done: [] }],
  exercises: [],
  predictions: [],
  help: [],
};
const evens = json('samples/evens.json') as Record<string, unknown>;
const without = (value: object, field: string): object =>
  Object.fromEntries(Object.entries(value).filter(([key]) => key !== field));
const task = { pid: 1, tgid: 1, ppid: 0, comm: 'init' };
const world = { tasks: [task] };
const generated = (generator: object): object => ({ ...evens, generator });

const CASES: readonly [name: string, good: object, wrong: readonly [what: string, value: unknown][]][] = [
  [
    'front-matter',
    front,
    [
      ['no id', without(front, 'id')],
      ['no minutes', without(front, 'minutes')],
      ['minutes in words', { ...front, minutes: 'five' }],
      ['an id with capitals', { ...front, id: 'X' }],
      ['a key that is none', { ...front, script: 'x.js' }],
      ['a list of titles', { ...front, title: ['a', 'b'] }],
    ],
  ],
  [
    'open',
    { ...open, step: '3', model: 'm.json' },
    [
      ['no program', without(open, 'program')],
      ['a step that is none', { ...open, step: 'last' }],
      ['a key that is none', { ...open, run: 'x' }],
    ],
  ],
  [
    'question',
    { ...question, watch: '3', wrong: 'No.' },
    [
      ['one choice', { ...question, choices: ['Yes => accepted'] }],
      ['a choice without a check', { ...question, choices: ['Yes', 'No => rejected'] }],
      ['a choice with two', { ...question, choices: ['Yes => accepted => rejected', 'No => rejected'] }],
      ['nothing said', without(question, 'right')],
      ['a key that is none', { ...question, answer: '1' }],
    ],
  ],
  [
    'exercise',
    { ...exercise, within: 'a.bpf.o p' },
    [
      ['no checks', without(exercise, 'checks')],
      ['no solution', without(exercise, 'solution')],
      ['within a file alone', { ...exercise, within: 'a.bpf.o' }],
      ['a key that is none', { ...exercise, run: 'x' }],
    ],
  ],
  [
    'tracks',
    [{ number: '1', title: 'One' }],
    [
      ['no list', { number: '1' }],
      ['no title', [{ number: '1' }]],
      ['a number that is one', [{ number: 1, title: 'One' }]],
    ],
  ],
  [
    'pack',
    PACK_JSON,
    [
      ['another format', { ...PACK_JSON, format: 2 }],
      ['no id', without(PACK_JSON, 'id')],
      ['an id that leads elsewhere', { ...PACK_JSON, id: '../x' }],
      ['an empty title', { ...PACK_JSON, title: ' ' }],
      ['a long title', { ...PACK_JSON, title: 'x'.repeat(101) }],
      ['a field that is none', { ...PACK_JSON, run: 'x' }],
      ['an author that is none', { ...PACK_JSON, author: 7 }],
    ],
  ],
  [
    'progress',
    progress,
    [
      ['another version', { ...progress, version: 3 }],
      ['no lessons', without(progress, 'lessons')],
      ['a page below 0', { ...progress, lessons: [{ lesson: 'a', page: -1, done: [] }] }],
      ['a bet without words', { ...progress, predictions: [{ lesson: 'a', page: 0, right: true, tries: 1 }] }],
      [
        'a prediction never made',
        { ...progress, predictions: [{ lesson: 'a', page: 0, bet: 'x', right: true, tries: 0 }] },
      ],
      ['hints in words', { ...progress, help: [{ lesson: 'a', page: 0, hints: 'two', solution: false }] }],
    ],
  ],
  [
    'iterator',
    evens,
    [
      ['no name', without(evens, 'name')],
      ['a name with capitals', { ...evens, name: 'Evens' }],
      ['a generator of no kind', generated({ kind: 'random' })],
      ['a range without end', generated({ kind: 'range' })],
      ['an empty list', generated({ kind: 'list', values: [] })],
      ['a number beyond JSON', generated({ kind: 'range', to: 1.5 })],
      ['a condition that asks nothing', generated({ kind: 'things', of: 'task', where: [{ field: 'pid' }] })],
      ['a break that is none', { ...evens, breaks: ['nothing'] }],
      ['a tree whose node has no value', generated({ kind: 'tree', root: { children: [{}] } })],
      ['a field that is none', { ...evens, run: 'x' }],
    ],
  ],
  [
    'model',
    { title: 'M', rulesOff: ['destroy'], limits: { processed: 1000 } },
    [
      ['a rule that is none', { title: 'M', rulesOff: ['nothing'] }],
      ['a limit of nothing', { limits: { processed: 0 } }],
      ['a limit that is none', { limits: { patience: 1 } }],
      ['iterators that are none', { iterators: [{}] }],
    ],
  ],
  [
    'world',
    world,
    [
      ['no tasks', { title: 'W' }],
      ['a task without a name', { tasks: [without(task, 'comm')] }],
      ['a state that is none', { tasks: [{ ...task, state: 'Q' }] }],
      ['a pid of 0', { tasks: [{ ...task, pid: 0 }] }],
      ['an area at no page', { tasks: [{ ...task, areas: [{ start: '0x1001', end: '0x2000', flags: 'r-xp' }] }] }],
      ['flags that are none', { tasks: [{ ...task, areas: [{ start: '0x1000', end: '0x2000', flags: 'rwxs+' }] }] }],
      ['a cgroup that is no path', { ...world, cgroups: [{ path: 'system', id: 2 }] }],
      ['a field that is none', { ...world, run: 'x' }],
      ['a socket that is none', { ...world, sockets: { tcp: [{ local: 'here' }] } }],
    ],
  ],
];

describe.each(CASES)('%s: schema and reader agree', (name, good, wrong) => {
  test('on what is right', () => {
    expect(against(name, good)).toBe('');
    expect(takes(name, good)).toBe(true);
  });
  test.each(wrong)('on what is wrong: %s', (_what, value) => {
    expect(takes(name, value)).toBe(false);
    expect(against(name, value)).not.toBe('');
  });
});

test('every format has cases', () => {
  expect(CASES.map(([name]) => name).sort()).toEqual(SCHEMAS.map(({ name }) => name).sort());
});
