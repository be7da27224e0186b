import { expect, test } from 'vitest';
import { encodeUtf8 } from '../../core/base/utf8.ts';
import { createEngine } from '../../core/engine/index.ts';
import type { Engine } from '../../core/engine/index.ts';
import { repositoryAssets } from './repository.ts';

// What a lesson's texts ask for is filled in by what they are about, and exercises may stand in the place of a program of an object.

const SOLUTION = [
  'w6 = 0',
  'call bpf_get_smp_processor_id',
  'r6 = r0',
  '*(u64 *)(r10 -16) = r0',
  'call bpf_get_smp_processor_id',
  'r1 = *(u64 *)(r10 -16)',
  'r0 = r6',
  'r0 += r1',
  'exit',
];

const lesson = (check: string): string => `---
id: texts
number: 9.1
title: T
minutes: 5
goal: Know it.
---
# One
\`\`\`open
file: num_sum.bpf.o
program: sum_to_ten
\`\`\`
\`\`\`question
prompt: It walks {{processed}}?
choices:
  - yes, it returns {{returns}} => accepted
  - no => never
right: It returns {{returns}}.
wrong: No, {{verdict}}.
\`\`\`
\`\`\`exercise
prompt: Not {{returns}}.
start: exit
checks:
  - ${check}
hints:
  - accepted => Below {{processed}}.
  - Twice {{returns}}.
done: It walks {{processed}}.
solution: |
  ${SOLUTION.join('\n  ')}
because: There are {{processed}}.
\`\`\`
# Two
\`\`\`exercise
prompt: P
within: array_fill.bpf.o fill_squares
start: exit
checks:
  - returns 16
done: D
solution: |
  r1 = map[0] 0
  r0 = 16
  exit
because: B
\`\`\`
`;

function engineWith(check = 'accepted'): Engine {
  const { kernelBtf, files } = repositoryAssets();
  const own = { name: 'lessons/texts/lesson.md', bytes: encodeUtf8(lesson(check)) };
  return createEngine({ kernelBtf, files: [...files, own] }, { now: () => performance.now() });
}

test('question, choices, hints and prompt are told of the page’s program, what is done of what solved it', async () => {
  const engine = engineWith();
  const [one] = (await engine.lesson('texts')).pages;
  expect(one!.question!.prompt).toMatch(/^It walks \d+\?$/);
  expect(one!.question!.choices[0]).toBe('yes, it returns 45');
  expect(one!.exercise!.prompt).toBe('Not 45.');
  expect(one!.exercise!.hints[1]).toBe('Twice 45.');
  expect((await engine.answer('texts', 0, 0)).words).toBe('It returns 45.');
  expect((await engine.answer('texts', 0, 1)).words).toBe('No, accepted.');
  const open = (await engine.sessions()).length;
  expect(await engine.solution('texts', 0)).toMatchObject({ because: `There are ${SOLUTION.length}.` });
  expect((await engine.sessions()).length).toBe(open);
  expect(await engine.checkExercise('texts', 0, 'r0 = 0\nexit')).toMatchObject({ ok: true, words: 'It walks 2.' });
  expect((await engine.checkExercise('texts', 0, 'exit')).hints).toEqual([one!.exercise!.hints[0], 'Twice 45.']);
});

test('an exercise within an object has its maps', async () => {
  const engine = engineWith();
  const { words } = await engine.checkExercise('texts', 1, (await engine.solution('texts', 1)).text);
  expect(words).toBe('D');
  expect((await engine.checkExercise('texts', 1, 'r1 = map[7]\nr0 = 0\nexit')).words).toMatch(
    /line 1, there is no map/,
  );
});

test.each([
  ['computes', /a fixed number/, 'r0 = 0\nexit'],
  ['carries register bpf_get_smp_processor_id', /one of r6 to r9/, SOLUTION.join('\n').replace('r0 = r6', 'r0 = 1')],
  [
    'carries stack bpf_get_smp_processor_id',
    /a slot of the stack/,
    SOLUTION.join('\n').replace('r1 = *(u64 *)(r10 -16)', '*(u64 *)(r10 -16) = r0\nr1 = *(u64 *)(r10 -16)'),
  ],
])('the check %s holds for what does it, and refuses what does not', async (check, words, evasion) => {
  const engine = engineWith(check);
  expect((await engine.checkExercise('texts', 0, SOLUTION.join('\n'))).words).toMatch(/^It walks/);
  const refused = await engine.checkExercise('texts', 0, evasion);
  expect(refused.words).toMatch(words);
  expect(refused.ok).toBe(false);
});

test('claims are held against the page’s program, and statements against what the lesson teaches', async () => {
  const { kernelBtf, files } = repositoryAssets();
  const claims = ['insn 8: call bpf_iter_num_next', 'insn 9: call', 'step 9: call bpf_iter_num_next', 'step 1: exit'];
  const text = lesson('accepted').replace('# One\n', `# One [O1]\n\`\`\`claims\n- ${claims.join('\n- ')}\n\`\`\`\n`);
  const own = { name: 'lessons/texts/lesson.md', bytes: encodeUtf8(text) };
  const engine = createEngine({ kernelBtf, files: [...files, own] });
  const said = (await engine.lintLesson('texts')).map(({ place, what }) => `${place}: ${what}`);
  expect(said.filter((one) => one.includes('it is not so'))).toEqual([
    'line 11: it is not so: insn 9: call',
    'line 13: it is not so: step 1: exit',
  ]);
  expect(said).toContain('line 8: O1 is not among what the lesson teaches');
  // Nobody sees them.
  expect(JSON.stringify(await engine.lesson('texts'))).not.toContain('insn 8');
});
