import { expect, test } from 'vitest';
import { encodeUtf8 } from '../../core/base/utf8.ts';
import { BREAKS } from '../../core/kernel/catalogue/own/definition.ts';
import { DEFAULT_WORLD } from '../../core/kernel/machine/world/default-world.ts';
import { ITERATOR_RULES } from '../../core/kernel/rules/iterator-rules.ts';
import { TEMPLATES } from '../../renderer/laboratory/templates.ts';
import { repositoryEngine } from './repository.ts';

const processes = DEFAULT_WORLD.tasks.filter(({ pid, tgid }) => pid === tgid);

/** What the program that comes with each template returns. */
const RETURNS: Readonly<Record<string, number>> = {
  evens: 0 + 2 + 4 + 6 + 8,
  primes: 2 + 3 + 5 + 7 + 11 + 13,
  set_bits: 0 + 1 + 3,
  tree: 1 + 2 + 3 + 4 + 5,
  late_tasks: processes.length,
};

test.each(TEMPLATES)(
  '$title: registered, with a program over it that is accepted, runs, and keeps the contract',
  async ({ definition }) => {
    const engine = repositoryEngine();
    const description = JSON.stringify({ iterators: [definition] });
    const { problems, iterators } = await engine.checkModel(description);
    expect(problems).toEqual([]);
    await engine.useModel(description);
    const { name, program } = iterators[0]!;
    const { sessions, errors } = await engine.open([{ name: `over_${name}.asm`, bytes: encodeUtf8(program) }]);
    expect(errors).toEqual([]);
    expect(sessions[0]).toMatchObject({ accepted: true, summary: expect.stringContaining(`with ${name}`) as string });
    const run = await engine.run(sessions[0]!.session, false);
    expect(run).toMatchObject({ ok: true, contract: [], leaks: [] });
    expect(Number(run.retval)).toBe(RETURNS[name]);
    expect(await engine.info(sessions[0]!.session)).toMatchObject({ derived: true });
  },
);

test('the program is given arguments with which the constructor succeeds, and none is made up for a pointer', async () => {
  const engine = repositoryEngine();
  const program = async (fails: object[], type = 'int'): Promise<string> => {
    const parameters = [{ name: 'to', type }];
    const generator = type === 'int' ? { kind: 'range', to: { parameter: 'to' } } : { kind: 'range', to: 4 };
    const made = await engine.checkModel(
      JSON.stringify({ name: 'x', element: 'int', new: { parameters, fails }, generator }),
    );
    return made.iterators[0]!.program;
  };
  expect(await program([])).toContain('r2 = 10\n');
  expect(await program([{ parameter: 'to', below: 50, errno: 'EINVAL' }])).toContain('r2 = 100\n');
  expect(await program([], 'struct task_struct *')).toBe('');
});

test('what a definition may be made of is told with its words', async () => {
  const parts = await repositoryEngine().definitionParts();
  expect(parts.rules).toEqual(ITERATOR_RULES);
  expect(parts.breaks.map(({ id }) => id)).toEqual(Object.keys(BREAKS));
  expect(parts.things).toContainEqual({ name: 'processes', element: 'struct task_struct' });
  expect(parts.flags).toContain('KF_RET_NULL');
});

test('a state that no kernel takes has no program that a kernel would see either: it is refused until the rule is off', async () => {
  const engine = repositoryEngine();
  const odd = { ...TEMPLATES[0]!.definition, breaks: ['odd-size'] };
  const check = async (rulesOff: string[]) => engine.checkModel(JSON.stringify({ iterators: [odd], rulesOff }));
  expect((await check([])).problems).toMatchObject([{ field: 'iterators[0].breaks[0]', refused: true }]);
  const off = await check(['size']);
  expect(off.problems).toEqual([]);
  // The state lies in whole slots all the same.
  expect(off.iterators[0]!.program).toContain('r1 += -32\n');
});
