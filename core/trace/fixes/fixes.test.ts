import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { objectFromInsns } from '../../elf/from-insns.ts';
import { calls } from '../../elf/calls.ts';
import { assemble } from '../../isa/asm.ts';
import { shippedBtf, SHIPPED_KERNEL } from '../../kernel/btf/shipped.ts';
import { linux618 } from '../../kernel/releases/linux-6.18.ts';
import { verdictOf, verify } from '../../verifier/index.ts';
import { ProgramText } from '../query/program-text.ts';
import { TraceRecorder } from '../record/recorder.ts';
import type { Fix } from './fix-view.ts';
import { CURES, findFixes } from './index.ts';

const asset = fileURLToPath(new URL(`../../kernel/btf/${SHIPPED_KERNEL.asset}`, import.meta.url));
const kernel = linux618(shippedBtf(new Uint8Array(readFileSync(asset))));

function fixesOf(lines: string): readonly Fix[] {
  const insns = assemble(lines.split('; ').join('\n'), calls(kernel.btf));
  const base = objectFromInsns(insns, { name: 'x' });
  const program = { ...base.programs[0]!, type: 17, section: 'raw_tp/x' };
  const object = { ...base, programs: [program], license: 'GPL' };
  const recorder = new TraceRecorder([]);
  const result = verify({ program, object, kernel }, { logLevel: 0, sink: recorder });
  const trace = recorder.finish(verdictOf(result), result.rejection ?? null);
  const text = new ProgramText(program, object, kernel);
  const work = findFixes(trace, text, { kernel });
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}
const titles = (lines: string): string[] =>
  fixesOf(lines).map(({ steps }) => steps.map(({ title }) => title).join('; '));

const NEW = 'r1 = r10; r1 += -8; r2 = 0; r3 = 3; call bpf_iter_num_new';
const NEXT = 'r1 = r10; r1 += -8; call bpf_iter_num_next';
const DESTROY = 'r1 = r10; r1 += -8; call bpf_iter_num_destroy';

test.each([
  ['a leak', `${NEW}; r0 = 0; exit`, 'Destroy `fp-8` before the program ends'],
  ['a leak after uses', `${NEW}; ${NEXT}; r0 = 0; exit`, 'Destroy `fp-8` after its last use'],
  [
    'an element that is not checked',
    `${NEW}; ${NEXT}; r6 = *(u32 *)(r0 +0); ${DESTROY}; r0 = 0; exit`,
    'Check what `bpf_iter_num_next` returns for NULL first',
  ],
  ['a second destroy', `${NEW}; ${DESTROY}; ${DESTROY}; r0 = 0; exit`, 'Destroy it once'],
  ['a next that comes too late', `${NEW}; ${DESTROY}; ${NEXT}; r0 = 0; exit`, 'Destroy it after its last use'],
  [
    'an endless loop',
    'again: call bpf_get_prandom_u32; if r0 != 0 goto again; r0 = 0; exit',
    'Let the loop end with `may_goto`',
  ],
  ['a register that was never set', 'r0 = r6; exit', 'Initialise `r6`'],
  ['nothing returned', 'r6 = 1; exit', 'Return something'],
  [
    'the bytes of the iterator',
    `${NEW}; r6 = *(u64 *)(r10 -8); ${DESTROY}; r0 = r6; exit`,
    'Use a variable of its own for the value',
  ],
  [
    'an index without a bound',
    'call bpf_get_prandom_u32; *(u64 *)(r10 -8) = 0; r1 = r10; r1 += -8; r1 += r0; r0 = *(u8 *)(r1 +0); exit',
    'Check `r0` before it is used',
  ],
  [
    'a section that stays open',
    'call bpf_rcu_read_lock; r0 = 0; exit',
    'Close the RCU read section before the program ends',
  ],
])('%s', (_what, lines, title) => {
  expect(titles(lines)).toContain(title);
});

test('what only leaves out what was refused is the last resort, and alone', () => {
  const fixes = fixesOf('r1 = 0; r0 = *(u64 *)(r1 +0); exit');
  expect(fixes.map(({ grade }) => grade)).toEqual(['leaves out']);
});

test('two mistakes are mended together', () => {
  const [fix] = fixesOf(`${NEW}; r1 = r10; r1 += -16; r2 = 0; r3 = 3; call bpf_iter_num_new; r0 = 0; exit`);
  expect(fix!.steps.map(({ cure }) => cure)).toEqual(['release', 'release']);
});

test('the same program gets the same fixes', () => {
  const once = (): unknown => fixesOf(`${NEW}; ${NEXT}; r6 = *(u32 *)(r0 +0); r0 = 0; exit`).map(({ edits }) => edits);
  expect(once()).toEqual(once());
});

test('cures have names of their own', () => {
  expect(new Set(CURES.map(({ id }) => id)).size).toBe(CURES.length);
});
