import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import type { Control } from '../../core/engine/control.ts';
import type { Engine } from '../../core/engine/index.ts';
import type { EngineApi } from '../../core/engine/protocol.ts';
import { repositoryEngine } from './repository.ts';

async function opened(file = 'num_sum.bpf.o'): Promise<{ engine: Engine; session: number }> {
  const engine = repositoryEngine();
  return { engine, session: (await engine.openSample(file)).sessions[0]!.session };
}
async function assembled(...lines: string[]): Promise<{ engine: Engine; session: number }> {
  const engine = repositoryEngine();
  return { engine, session: (await engine.shell(`asm ${lines.join('\n')}`, -1, 0)).session! };
}
async function found(engine: EngineApi, session: number, words: string, until = 1e6): Promise<number[]> {
  const { steps, problem } = await engine.find(session, words, until);
  expect(problem).toBeUndefined();
  return [...steps!];
}
type Difference = Awaited<ReturnType<EngineApi['difference']>>;
/** Rows that are not the same, as `name: from → to @ the step that made it`. */
const told = ({ rows }: Difference): string[] =>
  rows
    .filter(({ relation }) => relation !== 'same')
    .map(({ name, from, to, made, relation }) => {
      const by = made === null ? '' : ` @ ${made.step}`;
      return `${relation} ${name}: ${from.words} → ${to.words}${by}`;
    });

test('two steps of a walk: what is only here, only there and changed, and which operation made it', async () => {
  const { engine, session } = await opened();
  const view = await engine.difference({ at: 'step', session, step: 2 }, { at: 'step', session, step: 24 });
  expect(told(view)).toEqual([
    'only-to r0: not readable → 0 @ 22',
    'only-from r1: what the program was called with → not readable @ 22',
    'only-to r6: not readable → any of 4 294 967 296 @ 19'.replaceAll(' 294 967 ', '\u00a0294\u00a0967\u00a0'),
    'changed r7: fp0 → fp-8 @ 2',
    'only-to fp-8: never written → iter_num · drained · depth 1 · ref 1 @ 22',
    'only-to reference 1: not held → held since bpf_iter_num_new at 6 @ 7',
  ]);
  expect(view.words).toBe('1 value changed, 4 only in the second, 1 only in the first.');
  expect(view.walks).toBeNull();
  expect(view.rows.find(({ name }) => name === 'fp-8')).toMatchObject({ group: 'iterators', variable: 'it' });
  expect(view.rows.find(({ name }) => name === 'r6')!.made!.text).toBe('computed: `sum` becomes 0 … 2³²−1');
  expect(view.rows.filter(({ relation }) => relation === 'same').map(({ name }) => name)).toEqual([
    'the program',
    'r10',
  ]);
  const itself = await engine.difference({ at: 'step', session, step: 9 }, { at: 'step', session, step: 9 });
  expect(told(itself)).toEqual([]);
  expect(itself.words).toBe('Both states are the same in everything that the trace keeps.');
});

test('every difference of neighbouring steps is one that the panes show as changed', async () => {
  for (const file of ['num_sum.bpf.o', 'nested.bpf.o', 'first_even.bpf.o']) {
    const { engine, session } = await opened(file);
    const { steps } = await engine.info(session);
    for (let step = 2; step <= steps; step++) {
      const after = await engine.step(session, step);
      const before = await engine.step(session, step - 1);
      // At the start of a path the panes compare with the fork.
      if (after.path !== before.path || after.frames.length !== before.frames.length) continue;
      const { rows } = await engine.difference({ at: 'step', session, step: step - 1 }, { at: 'step', session, step });
      const names = (group: string) =>
        rows
          .filter((row) => row.group === group && row.relation !== 'same')
          .map(({ frame, name }) => `${frame} ${name}`)
          .sort();
      const regs = after.frames.flatMap((frame, i) =>
        frame.regs.filter(({ changed }) => changed).map(({ name }) => `${i} ${name}`),
      );
      expect(names('registers'), `${file} step ${step}`).toEqual(regs.sort());
      const refs = new Set([...after.refs, ...before.refs].map(({ id }) => id));
      const kept = after.refs.filter(({ id }) => before.refs.some((ref) => ref.id === id)).length;
      expect(names('references')).toHaveLength(refs.size - kept);
    }
  }
});

test('a stored state against a step; one that there is not is refused', async () => {
  const { engine, session } = await opened();
  const { checkpoints } = await engine.exploration(session);
  const id = checkpoints.id[0]!;
  const view = await engine.difference(
    { at: 'checkpoint', session, checkpoint: id },
    { at: 'step', session, step: 35 },
  );
  expect(view.from.step).toBe(checkpoints.step[0]);
  expect(view.from.words).toMatch(/^checkpoint \d+, stored at step 9 of sum_to_ten, before 8: call bpf_iter_num_next$/);
  const bad = (checkpoint: number) =>
    engine.difference({ at: 'checkpoint', session, checkpoint }, { at: 'step', session, step: 1 });
  await expect(bad(999)).rejects.toThrow('sum_to_ten has no checkpoint 999');
  await expect(engine.difference({ at: 'step', session, step: 36 }, { at: 'step', session, step: 1 })).rejects.toThrow(
    'sum_to_ten has no step 36: it has 1 to 35',
  );
});

test('two programs: where the walks part, and what differs at the steps', async () => {
  const { engine, session } = await opened();
  const other = (await engine.openSample('first_even.bpf.o')).sessions[0]!.session;
  const view = await engine.difference({ at: 'step', session, step: 2 }, { at: 'step', session: other, step: 2 });
  expect(view.walks).toMatchObject({ step: 2 });
  expect(told(view)).toContain('changed the program: sum_to_ten → first_even');
  const difference = await engine.firstDifference(session, other);
  expect(view.walks!.step).toBe(difference!.kind === 'verdict' ? 0 : difference!.step);
});

test('RCU sections and preemption are counted along the path', async () => {
  const { engine, session } = await assembled(
    'call bpf_rcu_read_lock',
    'call bpf_preempt_disable',
    'call bpf_preempt_disable',
    'call bpf_preempt_enable',
    'call bpf_preempt_enable',
    'call bpf_rcu_read_unlock',
    'r0 = 0',
    'exit',
  );
  expect((await engine.info(session)).steps).toBe(8);
  const sections = async (from: number, to: number): Promise<string[]> => {
    const { rows } = await engine.difference({ at: 'step', session, step: from }, { at: 'step', session, step: to });
    return rows
      .filter(({ group }) => group === 'sections')
      .map((row) => `${row.relation} ${row.name}: ${row.from.words} → ${row.to.words}`);
  };
  expect(await sections(1, 2)).toEqual(['only-to RCU read section: outside → inside']);
  expect(await sections(2, 4)).toEqual([
    'only-to preemption: on → off, 2 deep',
    'same RCU read section: inside → inside',
  ]);
  expect(await sections(4, 5)).toEqual([
    'changed preemption: off, 2 deep → off',
    'same RCU read section: inside → inside',
  ]);
  expect(await sections(6, 7)).toEqual(['only-from RCU read section: inside → outside']);
  expect(await sections(7, 8)).toEqual([]);
});

test('a search finds instructions, lines, functions, events and values', async () => {
  const { engine, session } = await opened();
  const { forks, prunes, checkpoints } = await engine.exploration(session);
  expect(await found(engine, session, 'fork')).toEqual([...forks.step]);
  expect(await found(engine, session, 'prune')).toEqual([...prunes.step]);
  expect(await found(engine, session, 'checkpoint')).toEqual([...new Set(checkpoints.step)]);
  expect(await found(engine, session, 'rejected')).toEqual([]);
  expect(await found(engine, session, 'insn 10')).toEqual([17, 30]);
  expect(await found(engine, session, 'insn 10 r0 null')).toEqual([]);
  expect(await found(engine, session, '"call bpf_iter_num_new"')).toEqual([7]);
  // A C line is found where the walk comes to it.
  expect((await found(engine, session, 'line 15')).length).toBeLessThan(8);
  expect(await found(engine, session, 'r0 null')).toEqual([10, 15, 23]);
  expect(await found(engine, session, 'it drained')).toEqual([10, 23]);
  expect(await found(engine, session, 'fp-8 active')).toEqual([8]);
  expect(await found(engine, session, 'ref')).toEqual([8]);
  expect(await found(engine, session, 'r6 = 0')).toEqual([4]);
  expect(await found(engine, session, 'fork', 10)).toEqual([9]);
  expect(await engine.find(session, 'r6 =', 35)).toEqual({
    problem: { column: 5, text: 'a number is missing behind =' },
  });
});

test('numbers are compared by all that they may be', async () => {
  const { engine, session } = await assembled('call bpf_get_prandom_u32', 'r0 &= 7', 'r1 = -1', 'r0 += 1', 'exit');
  expect(await found(engine, session, 'r0 < 8')).toEqual([3]);
  expect(await found(engine, session, 'r0 <= 8 insn 4')).toEqual([5]);
  expect(await found(engine, session, 'r0 >= 1')).toEqual([5]);
  expect(await found(engine, session, 'r0 may 8')).toEqual([2, 5]);
  expect(await found(engine, session, 'r0 != 0')).toEqual([5]);
  expect(await found(engine, session, 'r1 < 0')).toEqual([4]);
  expect(await found(engine, session, 'r1 > 60')).toEqual([4]);
  expect(await found(engine, session, 'r1 > -1')).toEqual([]);
  expect(await found(engine, session, 'r1 = 0xffffffffffffffff')).toEqual([4]);
  expect(await found(engine, session, 'r0 number')).toEqual([2]);
  expect(await found(engine, session, 'r0 unreadable')).toEqual([1]);
  expect(await found(engine, session, 'r1 pointer')).toEqual([1]);
});

test('a long search tells what it finds meanwhile, and is cancelled', async () => {
  const loop = ['r6 = 0', 'again:', 'r6 += 1', 'if r6 < 90000 goto again', 'r0 = 0', 'exit'];
  const { engine, session } = await assembled(...loop);
  const { steps } = await engine.info(session);
  expect(steps).toBeGreaterThan(150_000);
  const parts: number[] = [];
  let done = 0;
  const control: Control = {
    progress: (progress) => {
      parts.push(...(progress.steps ?? []));
      expect(progress.done! > done && progress.total === steps).toBe(true);
      done = progress.done!;
    },
  };
  const whole = await engine.find(session, 'insn 1', 1e6, control);
  expect(parts).toEqual([...whole.steps!]);
  expect(done).toBe(steps);
  const ending: Control = { signal: { aborted: true, addEventListener: () => {} }, progress: () => Promise.resolve() };
  await expect(engine.find(session, 'insn 1', 1e6, ending)).rejects.toThrow('cancelled');
});

test('marks are set, named anew and taken away; they come back from trace and journal', async () => {
  const { engine, session } = await opened();
  await engine.setMark(session, 22, 'second round');
  await engine.setMark(session, 9, '');
  expect(await engine.setMark(session, 22, 'NULL again')).toEqual([
    { step: 9, name: '' },
    { step: 22, name: 'NULL again' },
  ]);
  await expect(engine.setMark(session, 36, 'far')).rejects.toThrow('there is no step 36 to mark: the walk has 1 to 35');
  const file = await engine.exportTrace(session, 'iterscope');
  expect(engine.traceInfo(file.bytes, file.name).slice(-2)).toEqual(['mark at step 9', 'mark at step 22: NULL again']);
  const other = repositoryEngine();
  const [entry] = (await other.open([file])).sessions;
  expect(await other.marks(entry!.session)).toEqual(await engine.marks(session));

  const third = repositoryEngine();
  await third.restore(await engine.journal());
  expect(await third.marks(session)).toEqual(await engine.marks(session));
  await third.restore(await other.journal());
  expect(await third.marks(entry!.session)).toEqual(await engine.marks(session));
  expect(await engine.setMark(session, 9, null)).toHaveLength(1);

  // A file of an earlier release has none; one with a mark beyond its walk is refused.
  const entries = unzipSync(file.bytes);
  const again = (change: (manifest: Record<string, unknown>) => void): Uint8Array => {
    const manifest = JSON.parse(strFromU8(entries['manifest.json']!)) as Record<string, unknown>;
    change(manifest);
    return zipSync({ ...entries, 'manifest.json': strToU8(JSON.stringify(manifest)) });
  };
  const old = await other.open([{ name: 'old.iterscope', bytes: again((manifest) => delete manifest['marks']) }]);
  expect(await other.marks(old.sessions[0]!.session)).toEqual([]);
  const bad = await other.open([
    { name: 'bad.iterscope', bytes: again((manifest) => (manifest['marks'] = [{ step: 99, name: '' }])) },
  ]);
  expect(bad.errors).toEqual([
    'bad.iterscope: manifest.json: marks: there is no step 99 to mark: the walk has 1 to 35',
  ]);
});
