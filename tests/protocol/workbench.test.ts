import { expect, test } from 'vitest';
import type { Engine } from '../../core/engine/index.ts';
import type { Trial } from '../../core/engine/protocol.ts';
import { repositoryEngine } from './repository.ts';

const sample = async (engine: Engine, file = 'num_sum.bpf.o'): Promise<number> =>
  (await engine.openSample(file)).sessions[0]!.session;
const verified = (trial: Trial): Trial & { problem?: never } => {
  if (trial.problem !== undefined) throw new Error(trial.problem.text);
  return trial;
};

test('a compiled program is a text with labels, names and its source lines, and that text is the same program', async () => {
  const engine = repositoryEngine();
  const session = await sample(engine);
  const text = await engine.programText(session);
  expect(text).toContain('  call bpf_iter_num_next\n');
  expect(text).toMatch(/; 14: +bpf_iter_num_new\(&it, 0, 10\);|; \d+: /);
  expect(text).toMatch(/goto L\d+$/m);
  const trial = verified(await engine.tryText(session, text));
  expect(trial).toMatchObject({ same: true, comparison: null, verdict: { accepted: true, processed: 35 } });
  const { sources, insns } = await engine.info(trial.entry.session);
  expect(sources).toEqual((await engine.info(session)).sources);
  expect(insns).toEqual((await engine.info(session)).insns);
});

test('what is tried is in no list until it is kept, and makes room for the next', async () => {
  const engine = repositoryEngine();
  const session = await sample(engine);
  const text = await engine.programText(session);
  const without = text.replace(/^ +call bpf_iter_num_destroy\n/m, '');
  const leaking = verified(await engine.tryText(session, without));
  expect(leaking.verdict).toMatchObject({ accepted: false, errno: -22 });
  expect(leaking.comparison?.words).toMatch(/^Step \d+: .*comes where .*call bpf_iter_num_destroy.* came before/);
  const line = (text: string, number: number): string => text.split('\n')[number - 1] ?? '';
  expect(line(without, leaking.lines.at)).toBe('  exit');
  expect(line(without, leaking.lines.parting)).toBe('  w0 = w6');
  expect((await engine.sessions()).map((one) => one.session)).toEqual([session]);
  const next = verified(await engine.tryText(session, text));
  await expect(engine.info(leaking.entry.session)).rejects.toThrow(/there is no session/);
  const kept = await engine.keepTrial(next.entry.session);
  expect(kept).toMatchObject({ session: next.entry.session, parent: session });
  expect((await engine.sessions()).map((one) => one.session)).toEqual([session, kept.session]);
  await engine.tryText(session, without);
  expect((await engine.info(kept.session)).program).toBe('sum_to_ten');
  await engine.close(kept.session);
  expect((await engine.sessions()).map((one) => one.session)).toEqual([session]);
});

test('lines and jumps are right behind instructions that were put in, and values that differ are told', async () => {
  const engine = repositoryEngine();
  const session = await sample(engine);
  const text = await engine.programText(session);
  const lines = text.split('\n');
  const call = lines.findIndex((line) => line.includes('call bpf_iter_num_new'));
  const more = [...lines.slice(0, call), '  r4 = 4', '  r5 = 5', ...lines.slice(call)].join('\n');
  const trial = verified(await engine.tryText(session, more));
  expect(trial.verdict).toMatchObject({ accepted: true, processed: 37 });
  const [before, now] = [await engine.info(session), await engine.info(trial.entry.session)];
  const linesOf = (insns: typeof now.insns): readonly (readonly [string, number])[] =>
    insns.filter((one) => /^call/.test(one.text)).map((one) => [one.text, one.line]);
  expect(linesOf(now.insns)).toEqual(linesOf(before.insns));
  expect(trial.comparison?.words).toBe('Step 7: `6: r4 = 4` comes where `6: call bpf_iter_num_new` came before.');

  const other = verified(await engine.tryText(session, text.replace('w3 = 10', 'w3 = 11')));
  expect(other.comparison?.words).toBe('Step 6: `5: w3 = 11` comes where `5: w3 = 10` came before.');
});

test.each([
  ['a line that is none', 'r0 = what', { line: 1, text: expect.stringContaining('what is what?') as string }],
  ['a label that is missing', 'r0 = 0\ngoto nowhere\nexit', { line: 2, text: 'there is no label nowhere' }],
  ['a map that is not there', 'r1 = map[3]\nexit', { line: 1, text: 'there is no map[3]: the object has no maps' }],
  [
    'a function that was not compiled',
    'call more\nexit\nmore: r0 = 0\nexit',
    { line: 3, text: expect.stringContaining("the object's BTF does not describe") as string },
  ],
  ['nothing', '; nothing', { line: 0, text: 'there are no instructions' }],
])('what is wrong with a text is told at its line: %s', async (_name, text, problem) => {
  const engine = repositoryEngine();
  expect(await engine.tryText(await sample(engine), text)).toEqual({ problem });
});

test('what was kept comes back from the journal and from its trace, with its text', async () => {
  const engine = repositoryEngine();
  const session = await sample(engine);
  const text = (await engine.programText(session)).replace('w3 = 10', 'w3 = 12');
  const { session: kept } = await engine.keepTrial(verified(await engine.tryText(session, text)).entry.session);
  const again = repositoryEngine();
  expect((await again.restore(await engine.journal())).errors).toEqual([]);
  expect(await again.programText(kept)).toBe(text);
  const other = repositoryEngine();
  const opened = await other.open([await engine.exportTrace(kept, 'iterscope')]);
  expect(await other.programText(opened.sessions[0]!.session)).toBe(text);
  const assembled = (await engine.shell('asm r0 = 1 // one\nexit', -1, 0)).session!;
  expect(await engine.programText(assembled)).toContain('r0 = 1 // one');
  expect(verified(await engine.tryText(assembled, 'exit')).verdict.accepted).toBe(false);
});

test('the text may be changed again and again: each is derived from the program, not from what was tried', async () => {
  const engine = repositoryEngine();
  const session = await sample(engine);
  const text = await engine.programText(session);
  for (const end of [3, 4, 5]) {
    const trial = verified(await engine.tryText(session, text.replace('w3 = 10', `w3 = ${end}`)));
    expect(trial.entry.parent).toBe(session);
    expect((await engine.run(trial.entry.session, false)).retval).toBe(String((end * (end - 1)) / 2));
  }
});
