import { expect, test } from 'vitest';
import { encodeUtf8 } from '../../core/base/utf8.ts';
import { createEngine } from '../../core/engine/index.ts';
import { repositoryAssets } from './repository.ts';

// A page may show its program by the rules of another kernel: without a rule it is accepted, and what then breaks is seen when it runs.

const lesson = `---
id: models
number: 9.2
title: T
minutes: 5
goal: Know it.
---
# By the rules
\`\`\`open
file: first_even.bpf.o
program: first_even
\`\`\`
It is {{verdict}}.
# Without one
\`\`\`open
file: first_even.bpf.o
program: first_even
model: without.json
\`\`\`
It is {{verdict}}, and {{breach}}.
\`\`\`question
prompt: What is broken?
choices:
  - nothing => breaks nothing
  - it is left behind => breaks not-destroyed
right: R
\`\`\`
`;

test('a page names the rules by which its program is verified and run', async () => {
  const { kernelBtf, files } = repositoryAssets();
  const own = [
    { name: 'lessons/models/lesson.md', bytes: encodeUtf8(lesson) },
    { name: 'lessons/models/without.json', bytes: encodeUtf8('{ "rulesOff": ["destroy"] }') },
  ];
  const engine = createEngine({ kernelBtf, files: [...files, ...own] }, { now: () => performance.now() });
  const { pages } = await engine.lesson('models');
  expect(pages[0]!.markdown).toBe('It is rejected.');
  expect(pages[1]!.markdown).toMatch(/^It is accepted, and iter_num \(reference 1\) was not destroyed/);
  expect(pages[1]!.open?.model).toBe('without.json');
  expect((await engine.answer('models', 1, 0)).ok).toBe(false);
  expect((await engine.answer('models', 1, 1)).ok).toBe(true);
  const shown = async (page: number): Promise<boolean> => {
    const { errors, sessions } = await engine.openPage('models', page);
    expect(errors).toEqual([]);
    expect(sessions).toHaveLength(1);
    return (await engine.info(sessions[0]!.session)).derived;
  };
  expect(await shown(0)).toBe(false);
  expect(await shown(1)).toBe(true);
  expect((await engine.openPage('models', 7)).errors).toHaveLength(1);
});
