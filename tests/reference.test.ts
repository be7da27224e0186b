import { describe, expect, test } from 'vitest';
import type { CourseHit, EntryInfo } from '../core/engine/protocol.ts';
import { loadObject } from '../core/elf/load.ts';
import { kfuncsOf } from '../core/kernel/catalogue/iterators/table.ts';
import { ANNOTATIONS } from '../core/kernel/catalogue/annotations.ts';
import { ABOUT_ITERATORS, CATEGORIES, happenings, readShown, SHOWN_FILE, walkSteps } from '../core/reference/index.ts';
import type { Category } from '../core/reference/index.ts';
import { repositoryAssets, repositoryEngine } from './protocol/repository.ts';

const engine = repositoryEngine();
const { kernel } = engine;
const assets = repositoryAssets();
const entries = await engine.reference();
const list = readShown(assets.files.find(({ name }) => name === SHOWN_FILE)!.bytes);
const idsOf = (category: Category): string[] =>
  entries.filter((entry) => entry.category === category).map(({ id }) => id);

/** Entries that no program can show, and why. */
const UNSHOWN: Readonly<Record<string, readonly string[]>> = {
  'functions of congestion control, which only the kernel’s own structures of functions call': [
    'bbr_cwnd_event',
    'bbr_main',
    'bbr_min_tso_segs',
    'bbr_set_state',
    'bbr_sndbuf_expand',
    'bbr_ssthresh',
    'bbr_undo_cwnd',
    'cubictcp_acked',
    'cubictcp_cong_avoid',
    'cubictcp_cwnd_event',
    'cubictcp_init',
    'cubictcp_recalc_ssthresh',
    'cubictcp_state',
    'tcp_cong_avoid_ai',
    'tcp_reno_cong_avoid',
    'tcp_reno_undo_cwnd',
  ],
  'hooks for tests of the kernel, which programs are attached to': [
    'bpf_modify_return_test',
    'bpf_modify_return_test2',
  ],
  'annotations that no function of this kernel has': ['__iter', 'KF_DESTRUCTIVE', 'KF_DEPRECATED'],
};

test('whatever the kernel’s model declares has an entry, once', () => {
  expect(idsOf('iterator')).toEqual(kernel.iterators.all.map(({ name }) => `bpf_iter_${name}`));
  expect(idsOf('target')).toEqual(kernel.targets.all.map(({ name }) => `bpf_iter__${name}`));
  expect(idsOf('kfunc')).toEqual(kernel.kfuncs.names);
  for (const { name } of kernel.iterators.all.flatMap(kfuncsOf)) expect(idsOf('kfunc')).toContain(name);
  expect(idsOf('helper')).toEqual(kernel.helpers.all.map(({ name }) => `bpf_${name}`));
  expect([...idsOf('flag'), ...idsOf('annotation')].sort()).toEqual(ANNOTATIONS.map(({ name }) => name).sort());
  expect(idsOf('message')).toEqual(Object.keys(ABOUT_ITERATORS));
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
  for (const { id } of entries) expect(id).toMatch(/^[\w-]+$/);
});

test('all have a program but those that none can show', () => {
  const without = entries.map(({ id }) => id).filter((id) => !list.shown.has(id));
  expect(without.sort()).toEqual(Object.values(UNSHOWN).flat().sort());
  const counts = CATEGORIES.map((category) => {
    const ids = idsOf(category);
    return `${category} ${ids.filter((id) => list.shown.has(id)).length}/${ids.length}`;
  });
  console.log(`entries with a program: ${counts.join(', ')}`);
});

describe('what a program is said to show happens there', () => {
  const byFile = new Map<string, [string, { program: string; step: number }][]>();
  for (const [id, { file, ...where }] of list.shown) byFile.set(file, [...(byFile.get(file) ?? []), [id, where]]);
  test.each([...byFile.keys()])('%s', (file) => {
    const bytes = assets.files.find(({ name }) => name === file)?.bytes;
    expect(bytes, `${file} is missing: npm run reference`).toBeDefined();
    const object = loadObject(bytes!, { file: file.split('/').at(-1)!, ...kernel.loading });
    const walks = new Map<string, ReadonlyMap<string, number>>();
    for (const [id, { program: name, step }] of byFile.get(file)!) {
      const program = object.programs.find((one) => one.name === name);
      expect(program, `${file} has no ${name}: npm run reference`).toBeDefined();
      if (!walks.has(name)) {
        const walk = walkSteps(program!, object, kernel);
        expect(walk, `${name} is not covered`).not.toBeNull();
        walks.set(name, happenings(program!, walk!, kernel));
      }
      expect(walks.get(name)!.get(id), `${id} in ${name}: npm run reference`).toBe(step);
    }
  });
});

describe('words of messages are those of the program that shows them', () => {
  test.each(Object.keys(ABOUT_ITERATORS))('%s', async (kind) => {
    const { sessions } = await engine.openReference(kind);
    const why = await engine.why(sessions[0]!.session);
    const words = list.messages.get(kind)!;
    expect(why?.kind).toBe(kind);
    expect({ title: why?.title, rule: why?.words[1], todo: why?.todo }).toEqual({
      title: words.title,
      rule: words.rule,
      todo: words.todo,
    });
    expect(words.forms.length).toBeGreaterThan(0);
  });
});

describe('an entry leads on', () => {
  test('an iterator to its functions, its target, lessons and a program', async () => {
    const entry = await engine.referenceEntry('bpf_iter_task');
    const related = entry.related.map(({ id }) => id);
    expect(related).toEqual(expect.arrayContaining(['bpf_iter_task_new', 'bpf_iter_task_next', 'bpf_iter__task']));
    expect(entry.code[0]).toBe(
      'int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task__nullable, unsigned int flags);',
    );
    expect(entry.words.join(' ')).toContain('takes 24 bytes');
    expect(entry.lessons.map(({ lesson }) => lesson)).toContain('tasks-vmas-cgroups');
    expect(entry.shown).not.toBeNull();
  });
  test('a target to what may be NULL, and its twin', async () => {
    const entry = await engine.referenceEntry('bpf_iter__task_file');
    expect(entry.rows.map(({ name, words }) => [name, words.startsWith('May be NULL')])).toEqual([
      ['meta', false],
      ['task', true],
      ['fd', false],
      ['file', true],
    ]);
    expect((await engine.referenceEntry('bpf_iter__task')).related.map(({ id }) => id)).toContain('bpf_iter_task');
  });
  test('a flag to the functions that have it, and they to it', async () => {
    const flag = await engine.referenceEntry('KF_RCU_PROTECTED');
    expect(flag.related.map(({ id }) => id)).toContain('bpf_iter_css_new');
    const kfunc = await engine.referenceEntry('bpf_iter_css_new');
    expect(kfunc.related.map(({ id }) => id)).toContain('KF_RCU_PROTECTED');
  });
  test('every link has its entry', async () => {
    const known = new Set(entries.map(({ id }) => id));
    for (const { id } of entries) {
      const { related, lessons, words, summary } = await engine.referenceEntry(id);
      for (const other of related) expect(known).toContain(other.id);
      for (const { lesson, page } of lessons)
        expect((await engine.lessons()).find((one) => one.id === lesson)!.steps).toBeGreaterThan(page);
      expect(summary).not.toBe('');
      for (const text of words) expect(text).not.toMatch(/undefined(?! behaviour)|NaN|\[object|``/);
    }
  });
  test('what is not there is said', async () => {
    await expect(engine.referenceEntry('bpf_nothing')).rejects.toThrow('the reference has no entry bpf_nothing');
    expect((await engine.openReference('KF_DEPRECATED')).errors[0]).toContain(
      'no program that ships shows KF_DEPRECATED',
    );
  });
});

test('who asks first and gives up leaves it to the others', async () => {
  const fresh = repositoryEngine();
  let turns = 0;
  const signal = {
    get aborted() {
      return ++turns > 1;
    },
    addEventListener: () => {},
  };
  const [first, second] = await Promise.allSettled([
    fresh.referenceEntry('bpf_iter_num', { signal }),
    fresh.referenceEntry('bpf_iter_num'),
  ]);
  expect(first).toMatchObject({ status: 'rejected', reason: { name: 'Cancelled' } });
  expect(second).toMatchObject({ status: 'fulfilled', value: { id: 'bpf_iter_num' } });
  expect((await fresh.referenceEntry('bpf_iter_num')).lessons.length).toBeGreaterThan(0);
});

describe('the search', () => {
  const where = ({ leads }: CourseHit): string =>
    leads.kind === 'page' ? `${leads.lesson}/${leads.page}` : `${leads.kind} ${leads.id}`;
  const first = async (words: string): Promise<string> => where((await engine.search(words))[0]!);
  test.each([
    ['bpf_iter_num_next', 'entry bpf_iter_num_next'],
    ['kf_acquire', 'entry KF_ACQUIRE'],
    ['would lead to reference leak', 'entry unreleased-reference'],
    ['Unreleased reference id', 'entry unreleased-reference'],
    ['widening', 'term widening'],
    ['Why does this loop end', 'number-loop/0'],
    ['iter/task_file', 'entry bpf_iter__task_file'],
    ['expected an initialized', 'entry uninitialized-iterator'],
    ['bpf_seq_printf', 'entry bpf_seq_printf'],
  ])('%s leads first to %s', async (words, expected) => {
    expect(await first(words)).toBe(expected);
  });
  test('finds pages, words and entries, with a piece of their text', async () => {
    const hits = await engine.search('precision');
    expect(new Set(hits.map(({ leads }) => leads.kind))).toContain('page');
    for (const { excerpt } of hits) expect(excerpt).not.toBe('');
    expect(await engine.search('qqqqqqqqqqqq')).toEqual([]);
    expect(await engine.search('')).toEqual([]);
  });
});

test('every kind about iterators that the Why pane shows has a lesson that explains it', async () => {
  const lessons = await engine.lessons();
  const without: string[] = [];
  for (const { id } of entries.filter(({ category }: EntryInfo) => category === 'message')) {
    const { sessions } = await engine.openReference(id);
    const lesson = (await engine.why(sessions[0]!.session))?.lesson;
    if (!lessons.some((one) => one.id === lesson?.id)) without.push(id);
  }
  expect(without).toEqual([]);
});
