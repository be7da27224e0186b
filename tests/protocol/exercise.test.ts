import { expect, test } from 'vitest';
import { repositoryEngine } from './repository.ts';

// An exercise is solved by what the program does, not by how it looks: it is run.

const PAGE = 4;
const NEW = ['r1 = r10', 'r1 += -8', 'w2 = 0', 'w3 = 10', 'call bpf_iter_num_new'];
const NEXT = ['r1 = r10', 'r1 += -8', 'call bpf_iter_num_next'];
const DESTROY = ['r1 = r10', 'r1 += -8', 'call bpf_iter_num_destroy'];
const loop = (...body: string[]): string[] => [
  'loop:',
  ...NEXT,
  'if r0 == 0x0 goto done',
  ...body,
  'goto loop',
  'done:',
];
const ADD = ['r1 = *(u32 *)(r0 +0)', 'w6 += w1'];
const lines = (...all: (string | readonly string[])[]): string => all.flat().join('\n');

const check = async (text: string): Promise<{ ok: boolean; words: string }> => {
  const engine = repositoryEngine();
  const { pages } = await engine.lesson('number-loop');
  expect(pages[PAGE]?.exercise).toBeDefined();
  return engine.checkExercise('number-loop', PAGE, text);
};

test('the loop, with its sum and its destructor, solves it', async () =>
  expect(await check(lines('w6 = 0', NEW, loop(...ADD), DESTROY, 'w0 = w6', 'exit'))).toMatchObject({
    ok: true,
    words: expect.stringContaining('returns 45') as string,
  }));

test.each([
  ['nothing at all', '', /^It does not assemble: there are no instructions/],
  ['nothing but comments', '// nothing\n', /^It does not assemble: there are no instructions/],
  ['no iterator', 'w0 = 45\nexit', /no num iterator is constructed/],
  [
    'all three calls, and no loop',
    lines(NEW, NEXT, DESTROY, 'w0 = 45', 'exit'),
    /stops before next of the num iterator has given NULL/,
  ],
  ['no next', lines(NEW, DESTROY, 'w0 = 45', 'exit'), /next of the num iterator never gives an element/],
  [
    'the wrong result',
    lines('w6 = 1', NEW, loop(...ADD), DESTROY, 'w0 = w6', 'exit'),
    /it returns 46; it should return 45/,
  ],
  [
    'a shorter loop',
    lines(
      'w6 = 0',
      NEW.map((line) => line.replace('w3 = 10', 'w3 = 9')),
      loop(...ADD),
      DESTROY,
      'w0 = w6',
      'exit',
    ),
    /gives an element 9 times; it should do so 10 times/,
  ],
  ['no destructor', lines('w6 = 0', NEW, loop(...ADD), 'w0 = w6', 'exit'), /The verifier rejects it: /],
  ['an instruction that does not exist', 'r0 = what', /^It does not assemble: line 1/],
])('%s does not, and it is said why', async (_name, text, words) => {
  const { ok, words: said } = await check(text);
  expect(said).toMatch(words);
  expect(ok).toBe(false);
});
