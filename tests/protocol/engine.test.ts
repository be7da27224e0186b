import { unpackExploration } from '../../core/trace/views/packed-exploration.ts';
import { expect, test } from 'vitest';
import { parseLesson } from '../../core/lesson/index.ts';
import { decodeUtf8 } from '../../core/base/utf8.ts';
import type { Engine } from '../../core/engine/index.ts';
import { plain, repositoryAssets, repositoryEngine } from './repository.ts';

const open = async (engine: Engine, file: string): Promise<number> => {
  const { sessions, errors } = await engine.openSample(file);
  expect(errors).toEqual([]);
  return sessions[0]!.session;
};

test('ten samples, three of them rejected for different reasons, each with its source in full', async () => {
  const engine = repositoryEngine();
  const samples = await engine.samples();
  expect(samples).toHaveLength(10);
  const kinds = new Set<string>();
  for (const sample of samples) {
    expect(sample.words).not.toBe('');
    const session = await open(engine, sample.file);
    const info = await engine.info(session);
    expect(info.sources[0]).toMatchObject({ name: sample.file.replace('.o', '.c'), complete: true });
    const why = await engine.why(session);
    expect(why === null).toBe(sample.accepted);
    if (why !== null) kinds.add(why.title);
  }
  expect(samples.filter(({ accepted }) => !accepted)).toHaveLength(3);
  expect(kinds.size).toBe(3);
});

test('a run is followed through the walk, as far as the walk goes', async () => {
  const engine = repositoryEngine();
  const accepted = await open(engine, 'num_sum.bpf.o');
  const { steps, outside } = await engine.run(accepted, false);
  expect(outside).toBeUndefined();
  expect(steps.length).toBeGreaterThan(80);
  const { pcs } = await engine.exploration(accepted);
  expect(steps.filter(({ pc, at }) => pcs[at - 1] !== pc)).toEqual([]);

  const rejected = await open(engine, 'double_destroy.bpf.o');
  const beyond = await engine.run(rejected, true);
  const followed = beyond.steps.findIndex(({ at }) => at === 0);
  expect(beyond.steps[followed - 1]!.at).toBe((await engine.exploration(rejected)).pcs.length);
  expect(beyond.outside).toContain('never goes here');
});

test('the loop of the lesson: NULL first, then the element, then pruned', async () => {
  const engine = repositoryEngine();
  const session = await open(engine, 'num_sum.bpf.o');
  const walk = unpackExploration(await engine.exploration(session));
  const [paths, forks, prunes, pcs] = [[...walk.paths], [...walk.forks], [...walk.prunes], walk.pcs];
  expect(paths.map(({ end, label }) => [end, label])).toEqual([
    ['exit', ''],
    ['exit', '`it`: then non-NULL'],
    ['pruned', '`it`: then non-NULL'],
  ]);
  expect(forks.map(({ pc, label }) => [pc, label])).toEqual([
    [8, '`it`: NULL first'],
    [15, '`it`: NULL first'],
  ]);
  expect(prunes[0]!.label).toBe('covered by the checkpoint at 15: every later round looks the same');
  expect(pcs).toHaveLength(35);

  const view = await engine.step(session, 23);
  const { regs, slots } = view.frames[0]!;
  const words = Object.fromEntries(regs.map((reg) => [reg.name, reg.words]));
  expect(words).toMatchObject({
    r0: 'NULL, so the loop ends here',
    r1: 'not readable after a call',
    r5: 'not readable after a call',
    r6: 'any of 4\u00a0294\u00a0967\u00a0296',
    r7: 'fp-8',
    r8: 'never written',
    r10: 'fp0 frame pointer, read only',
  });
  expect(regs.filter(({ changed }) => changed).map(({ name }) => name)).toEqual(['r0', 'r1']);
  expect(regs[6]!.range).toMatchObject({ min: '0', max: '2³²−1' });
  // Before the loop went round, the sum was known; the element makes it anything.
  const added = (await engine.step(session, 19)).frames[0]!.regs[6]!;
  expect(added.moved).toMatchObject({ from: { min: '0' }, to: { min: '0', max: '2³²−1' } });
  expect(regs[6]!.moved).toBeUndefined();
  expect(regs[7]!.target).toEqual({ spot: { what: 'slot', frame: 0, index: 0 }, label: 'it' });
  expect(slots[0]).toMatchObject({ bytes: 'iiiiiiii', words: 'iter_num ref 1 · drained · depth 1', changed: true });
  expect(view.iters[0]).toMatchObject({ name: 'it', state: 'drained', depth: 1, ref: 1 });
  expect(view.iters[0]!.contract.map(({ text }) => text)).toEqual([
    'constructed once',
    // The check is this very step: it is still to come.
    'NULL not checked yet',
    'not yet destroyed on this path',
  ]);
  expect((await engine.step(session, 24)).iters[0]!.contract[1]!.text).toBe('NULL was checked');
  expect((await engine.step(session, 1)).iters[0]!.state).toBe('none');
  expect((await engine.step(session, 15)).iters[0]!.state).toBe('gone');

  const [comparison] = await engine.comparisons(session, 35);
  expect(comparison).toMatchObject({ equal: true, pc: 15 });
  expect(comparison).toMatchObject({ storedAt: 22, storedRound: 1, round: 2 });
  const row = (name: string): NonNullable<typeof comparison>['rows'][number] =>
    comparison!.rows.find((one) => one.name === name)!;
  expect(row('fp-8')).toMatchObject({ fit: 'fits', stored: { depth: 1 }, current: { depth: 2 } });
  expect(row('fp-8').note).toMatch(/^the same state/);
  expect(row('r6')).toMatchObject({ fit: 'fits', stored: { range: { min: '0', max: '2³²−1' } } });
  expect(row('r1')).toMatchObject({ fit: 'exact', current: { words: 'fp-8', range: null } });
  expect(row('r0')).toMatchObject({ fit: 'unread' });
  const envelope = await engine.envelope(session, 15, 'r6');
  expect(envelope.rounds.map(({ step, note, cost }) => [step, note, cost])).toEqual([
    [22, 'first visit', 13],
    [35, 'the same: it holds', 1],
  ]);
  expect(await engine.event(session, 1, 1)).toBe(7);
  expect(await engine.event(session, 7, 1)).toBe(9);
  expect(await engine.event(session, 35, 1)).toBe(35);
  expect(await engine.event(session, 9, -1)).toBe(7);
  expect(await engine.event(session, 7, -1)).toBe(1);
});

test('a step tells of the walk so far without its length, and without what a fork takes first', async () => {
  const engine = repositoryEngine();
  const session = await open(engine, 'num_sum.bpf.o');
  const fork = await engine.step(session, 9);
  expect(fork.words).toBe('step 9 of 35, before 8: call bpf_iter_num_next');
  expect(fork.soFar.words).toBe('step 9, before 8: call bpf_iter_num_next');
  expect(fork.events).toContain('forks: NULL or an element of `it`; `it`: NULL first');
  expect(fork.soFar.events).toContain('forks: NULL or an element of `it`');
  expect(fork.soFar.events.join()).not.toContain('NULL first');
});

test.each([
  ['num_sum.bpf.o', { slot: 'fp-8', bytes: 8, after: 7 }],
  ['one_process.bpf.o', null],
])('%s: the first iterator, and how many instructions it takes', async (file, expected) => {
  const engine = repositoryEngine();
  const session = await open(engine, file);
  const found = await engine.firstIterator(session);
  if (expected === null) return expect(found).toBeNull();
  expect(found).toMatchObject(expected);
  const iterOf = async (step: number) => (await engine.step(session, step)).iters[0]?.state;
  expect([await iterOf(found!.after), await iterOf(found!.after + 1)]).toEqual(['none', 'active']);
});

test('a leak is explained from the constructor to the exit', async () => {
  const engine = repositoryEngine();
  const session = await open(engine, 'first_even.bpf.o');
  const why = (await engine.why(session))!;
  expect(why.title).toBe('It leaves with the iterator still alive');
  expect(why.chain.map(({ pc, text }) => [pc, text])).toEqual([
    [4, 'constructed: `it` holds reference 1'],
    [7, 'next gave an element, so it stays active'],
    [12, '`*v` is even'],
    [18, 'exit with reference 1 still held'],
  ]);
  expect(why.kernel).toEqual([
    'Unreleased reference id=1 alloc_insn=4',
    'BPF_EXIT instruction in main prog would lead to reference leak',
  ]);
  expect(why.lesson?.id).toBe('exactly-once');
  const last = await engine.step(session, why.step);
  expect(last.iters[0]!.contract[2]!.state).toBe('broken');
});

test('an iterator that was overwritten is traced to the instruction that did it', async () => {
  const engine = repositoryEngine();
  const text = ['r1 = r10', 'r1 += -8', 'w2 = 0', 'w3 = 3', 'call bpf_iter_num_new', 'r1 = 1', '*(u64 *)(r10 -8) = r1'];
  const end = ['r1 = r10', 'r1 += -8', 'call bpf_iter_num_destroy', 'r0 = 0', 'exit'];
  const { session } = await engine.shell(`asm ${[...text, ...end].join('\n')}`, -1, 0);
  const why = (await engine.why(session!))!;
  expect(why.chain.map(({ text }) => text)).toEqual([
    'constructed: `fp-8` holds reference 1',
    'overwritten: `*(u64 *)(r10 -8) = r1` ends the iterator that lived there',
    'no live iterator to give to bpf_iter_num_destroy',
  ]);
});

test('a blamed value is followed back through copies, the stack, arithmetic and calls', async () => {
  const engine = repositoryEngine();
  const chain = async (...lines: string[]): Promise<readonly string[]> => {
    const { session } = await engine.shell(`asm ${lines.join('\n')}`, -1, 0);
    return (await engine.why(session!))!.chain.map(({ pc, text }) => `${pc} ${text}`);
  };
  const spill = ['r6 = 7', '*(u64 *)(r10 -8) = r6', 'r6 = 9', 'r2 = *(u64 *)(r10 -8)', 'r2 += 1'];
  expect(await chain(...spill, 'r0 = *(u64 *)(r2 +0)', 'exit')).toEqual([
    '0 r6 becomes 7',
    '1 saved: fp-8 holds 7',
    '3 loaded back from the stack: r2 becomes 7',
    '4 computed: r2 becomes 8',
    '5 r0 = *(u64 *)(r2 +0) goes through a number',
  ]);
  // What the call made of r0 before, and the value that was in r6, are other stories.
  expect(await chain('call bpf_get_prandom_u32', 'r6 = r0', 'r0 = r1', 'exit')).toEqual([
    '0 `bpf_get_prandom_u32` leaves r1 unreadable',
    '2 r0 = r1 reads r1',
  ]);
  const branch = ['call bpf_get_prandom_u32', 'if r0 > 5 goto +1', 'goto +1', 'r0 = 0'];
  expect(await chain(...branch, 'r2 = r10', 'r2 += r0', 'r0 = *(u8 *)(r2 +0)', 'exit')).toEqual([
    '0 `bpf_get_prandom_u32` returns: r0 becomes any number',
    '1 checked: on this path r0 is 0 … 5',
    '4 copied: r2 becomes fp0',
    '5 computed: r2 becomes somewhere on the stack, from fp0 to fp+5',
    '6 invalid variable-offset read from stack R2 var_off=(0x0; 0x7) off=0 size=1',
  ]);
});

test('a trace comes back as the same bytes, and hostile ones are told apart', async () => {
  const engine = repositoryEngine();
  for (const sample of await engine.samples()) {
    const session = await open(engine, sample.file);
    const file = await engine.exportTrace(session, 'iterscope');
    const again = await engine.open([file]);
    expect(again.errors).toEqual([]);
    const copy = again.sessions[0]!.session;
    expect(Buffer.from((await engine.exportTrace(copy, 'iterscope')).bytes).equals(Buffer.from(file.bytes))).toBe(true);
    expect(await engine.exploration(copy)).toEqual(await engine.exploration(session));
    expect(await engine.why(copy)).toEqual(await engine.why(session));
    const { steps } = await engine.info(session);
    for (const step of [1, steps >> 1, steps])
      expect(await engine.step(copy, step)).toEqual(await engine.step(session, step));
  }
  const { errors } = await engine.open([
    { name: 'a.iterscope', bytes: Uint8Array.of(0x50, 0x4b, 3, 4, 9, 9, 9) },
    { name: 'b.txt', bytes: new TextEncoder().encode('hello') },
    { name: 'c.log', bytes: new TextEncoder().encode('0: (b7) r0 = 0\nprocessed 1 insns') },
    { name: 'd.bpf.o', bytes: Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1) },
  ]);
  expect(errors).toHaveLength(4);
  expect(errors[0]).toMatch(/^a\.iterscope: /);
  expect(errors[1]).toBe('b.txt: neither an object file (.bpf.o) nor a trace (.iterscope)');
  expect(errors[2]).toBe('c.log: neither an object file (.bpf.o) nor a trace (.iterscope)');
  expect(errors[3]).toMatch(/^d\.bpf\.o: /);
});

test('the log is the one that the terminal prints and the export saves', async () => {
  const engine = repositoryEngine();
  const session = await open(engine, 'first_even.bpf.o');
  const log = await engine.log(session, 2);
  expect(log).toContain('Unreleased reference id=1 alloc_insn=4\n');
  expect(decodeUtf8((await engine.exportTrace(session, 'log')).bytes)).toBe(log);
  expect((await engine.shell('verify --log-level 2', session, 1)).output).toBe(log.replace(/\n$/, ''));
});

test('the terminal explains in the words of the Why pane, what is open and what is not', async () => {
  const engine = repositoryEngine();
  const session = await open(engine, 'first_even.bpf.o');
  const why = (await engine.why(session))!;
  const { output } = await engine.shell('verify --explain', session, 1);
  for (const words of [why.title, ...why.chain.map(({ text }) => text), ...why.kernel]) expect(output).toContain(words);
  const { sessions } = await engine.open([]);
  const other = await engine.shell('verify num_sum.bpf.o --explain', -1, 0);
  expect(other.output).toMatch(/^sum_to_ten: accepted\n/);
  expect(other.output).toContain('next may return NULL or an element');
  expect((await engine.open([])).sessions).toEqual(sessions);
});

test('a killed engine comes back as it was', async () => {
  const before = repositoryEngine();
  const sum = await open(before, 'num_sum.bpf.o');
  await before.open([
    {
      name: '/some/where/mine.bpf.o',
      bytes: repositoryAssets().files.find(({ name }) => name.endsWith('nested.bpf.o'))!.bytes,
    },
  ]);
  await before.shell('asm r0 = 0; exit', sum, 1);
  await before.shell('break 15 if pruned', sum, 1);
  await before.step(sum, 23);
  const after = repositoryEngine();
  const restored = await after.restore(await before.journal());
  expect(restored.errors).toEqual([]);
  expect(await after.sessions()).toEqual(await before.sessions());
  expect((await after.info(sum)).breakpoints).toEqual([15]);
  expect(plain((await after.shell('history', sum, 23)).output)).toBe(
    '   1  asm r0 = 0; exit\n   2  break 15 if pruned\n   3  history',
  );
  expect(await after.step(sum, 23)).toEqual(await before.step(sum, 23));
  // Numbers go on where they stopped.
  expect((await after.openSample('nested.bpf.o')).sessions[0]!.session).toBe(4);
  // What is open already is not opened again.
  expect((await after.openSample('num_sum.bpf.o')).sessions[0]!.session).toBe(sum);
  await expect(after.restore(Uint8Array.of(1, 2))).rejects.toThrow(/journal/);
});

test('a verification that takes longer than the budget is stopped, and says so', async () => {
  let now = 0;
  const engine = repositoryEngine({ timeMs: 5, now: () => (now += 1000) });
  const text = ['r0 = 0', 'loop:', 'r0 += 1', 'if r0 < 0xf4240 goto loop', 'exit'].join('\n');
  const { output } = await engine.shell(`asm ${text}`, -1, 0);
  expect(plain(output)).toMatch(/unsupported: stopped after 5 ms/);
});

test('the lesson: exactly one choice of each question holds, and the exercise is solved by the missing call', async () => {
  const assets = repositoryAssets();
  const file = assets.files.find(({ name }) => name === 'lessons/number-loop/lesson.md')!;
  const lesson = parseLesson(decodeUtf8(file.bytes), file.name);
  const engine = repositoryEngine();
  expect((await engine.lessons()).find(({ id }) => id === 'number-loop')).toMatchObject({
    number: '4.2',
    title: 'Why does this loop end?',
    minutes: 12,
    steps: 5,
  });
  const content = await engine.lesson('number-loop');
  expect(JSON.stringify(content)).not.toContain('fork-first');
  for (const [page, { question }] of lesson.pages.entries()) {
    if (question === undefined) continue;
    const results = await Promise.all(question.choices.map((_, i) => engine.answer('number-loop', page, i)));
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  }
  for (const { open: show } of lesson.pages)
    if (show !== undefined) expect((await engine.openSample(show.file, show.program)).errors).toEqual([]);
  const page = content.pages.findIndex(({ exercise }) => exercise !== undefined);
  const { start } = content.pages[page]!.exercise!;
  expect(await engine.checkExercise('number-loop', page, start)).toMatchObject({ ok: false });
  const solved = start.replace('done:', 'done:\n  r1 = r10\n  r1 += -8\n  call bpf_iter_num_destroy');
  expect(await engine.checkExercise('number-loop', page, solved)).toMatchObject({ ok: true });
  expect((await engine.checkExercise('number-loop', page, 'r0 = what')).words).toMatch(/^It does not assemble: line 1/);
});
