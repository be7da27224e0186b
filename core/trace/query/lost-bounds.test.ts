import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { objectFromInsns } from '../../elf/from-insns.ts';
import { calls } from '../../elf/calls.ts';
import { assemble } from '../../isa/asm.ts';
import { shippedBtf, SHIPPED_KERNEL } from '../../kernel/btf/shipped.ts';
import { linux618 } from '../../kernel/releases/linux-6.18.ts';
import { SCALAR } from '../../verifier/values/reg.ts';
import { regSpot } from '../../verifier/values/spot.ts';
import { verdictOf, verify } from '../../verifier/index.ts';
import { lostWords } from '../explain/words/lost-bounds.ts';
import { TraceRecorder } from '../record/recorder.ts';
import type { Trace } from '../record/trace.ts';
import { lostBounds } from './lost-bounds.ts';
import { ProgramText } from './program-text.ts';

const asset = fileURLToPath(new URL(`../../kernel/btf/${SHIPPED_KERNEL.asset}`, import.meta.url));
const kernel = linux618(shippedBtf(new Uint8Array(readFileSync(asset))));

function walked(lines: string): { trace: Trace; text: ProgramText } {
  const insns = assemble(lines.split('; ').join('\n'), calls(kernel.btf));
  const base = objectFromInsns(insns, { name: 'x' });
  const program = { ...base.programs[0]!, type: 17, section: 'raw_tp/x' };
  const object = { ...base, programs: [program], license: 'GPL' };
  const recorder = new TraceRecorder([]);
  const result = verify({ program, object, kernel }, { logLevel: 0, sink: recorder });
  return {
    trace: recorder.finish(verdictOf(result), result.rejection ?? null),
    text: new ProgramText(program, object, kernel),
  };
}

/** What is said of a register at the last visit of the last instruction but one (`r0 = 0; exit` end every program). */
function said(lines: string, reg: number): { step: number; words: string } | null {
  const { trace, text } = walked(`${lines}; r0 = 0; exit`);
  const step = trace.data.pcs.lastIndexOf(text.texts.length - 2) + 1;
  const cursor = trace.cursor(step);
  const frame = cursor.depth - 1;
  const lost = lostBounds(trace, text, step, regSpot(frame, reg));
  if (lost === null) return null;
  expect(trace.pc(lost.step)).toBe(lost.pc);
  const held = trace.data.values.getReg(cursor.regs[frame * 11 + reg]!);
  expect(held?.type).toBe(SCALAR);
  return { step: lost.step, words: lostWords(lost, held!.scalar, text) };
}

const RANDOM = 'call bpf_get_prandom_u32#7';
const NEW = 'r1 = r10; r1 += -16; r2 = 0; r3 = 3; call bpf_iter_num_new';
const NEXT = 'r1 = r10; r1 += -16; call bpf_iter_num_next';
const DESTROY = 'r1 = r10; r1 += -16; call bpf_iter_num_destroy';
const MASKED = `${RANDOM}; r6 = r0; r6 &= 15`;

test.each([
  [
    'what a call returned',
    `${RANDOM}; r6 = r0`,
    6,
    'any number since 0: what `bpf_get_prandom_u32` returns is not known',
  ],
  [
    'a sum that may wrap at 32 bits',
    `${MASKED}; w7 = -8; r7 = r7; w8 = w6; w8 += w7`,
    8,
    'wider since 6: `w8 += w7` may wrap at 32 bits (before: 0 … 15)',
  ],
  [
    'a sum with any number',
    `${MASKED}; ${RANDOM}; r6 += r0`,
    6,
    'any number since 4: `r6 += r0`, and r0 is any number (before: 0 … 15)',
  ],
  [
    'a sum with a range',
    `${MASKED}; r7 = r6; r7 += r6`,
    7,
    'wider since 4: `r7 += r6`, and r6 is 0 … 15 (before: 0 … 15)',
  ],
  [
    'a division',
    `${MASKED}; r7 = 3; r7 += r6; r7 /= r6`,
    7,
    'any number since 5: the verifier works out no range for `r7 /= r6` (before: 3 … 18)',
  ],
  [
    'a product that may wrap',
    `${MASKED}; r7 = 0x1fffffffffffffff ll; r6 *= r7`,
    6,
    'any number since 5: `r6 *= r7` may wrap at 64 bits (before: 0 … 15)',
  ],
  ['a part that is saved and read back', `${MASKED}; *(u16 *)(r10 -8) = r6; r7 = *(u16 *)(r10 -8)`, 7, null],
  [
    'a part that is saved, of a number that does not fit',
    `${RANDOM}; r6 = r0; r6 &= 15; r6 += 250; *(u8 *)(r10 -8) = r6; r7 = *(u8 *)(r10 -8)`,
    7,
    'wider since 5: `r7 = *(u8 *)(r10 -8)` reads only 1 byte of fp-8 (before: 250 … 265)',
  ],
  [
    'a byte written over a saved number',
    `${MASKED}; *(u64 *)(r10 -8) = r6; *(u8 *)(r10 -6) = r0; r7 = *(u64 *)(r10 -8)`,
    7,
    'any number since 4: `*(u8 *)(r10 -6) = r0` writes over 1 byte of fp-8, where it was saved (before: 0 … 15)',
  ],
  [
    'a part that is read back',
    `${MASKED}; *(u64 *)(r10 -8) = r6; r7 = *(u16 *)(r10 -6)`,
    7,
    'wider since 4: `r7 = *(u16 *)(r10 -6)` reads only 2 bytes of fp-8 (before: 0 … 15)',
  ],
  ['memory', `r6 = *(u64 *)(r1 +0)`, 6, 'any number since 0: read from memory, 8 bytes'],
  [
    'a cut',
    `${MASKED}; r7 = 0xfffffff8 ll; r6 += r7; w6 = w6`,
    6,
    'wider since 6: `w6 = w6` takes its lowest 32 bits, and it may need more (before: 4\u00a0294\u00a0967\u00a0288 … 4\u00a0294\u00a0967\u00a0303)',
  ],
  [
    'sign extension',
    `${MASKED}; r6 += 120; r6 = (s8)r6`,
    6,
    'wider since 4: `r6 = (s8)r6` takes its lowest 8 bits, and it may need more (before: 120 … 135)',
  ],
  [
    'a difference below 0',
    `${MASKED}; ${MASKED.replaceAll('r6', 'r7')}; w6 -= w7`,
    6,
    'wider since 6: `w6 -= w7` may wrap at 32 bits (before: 0 … 15)',
  ],
  [
    'bits',
    `${MASKED}; r6 += 10; r6 |= 64`,
    6,
    'wider since 4: `r6 |= 64` keeps the bits that are known, not the range (before: 10 … 25)',
  ],
  [
    'a byte swap',
    `${MASKED}; r6 += 250; r6 = bswap64 r6`,
    6,
    'wider since 4: the verifier works out no range for `r6 = bswap64 r6` (before: 250 … 265)',
  ],
  [
    'a check that tells little',
    `${RANDOM}; r6 = r0; if r6 > 100 goto +0`,
    6,
    'since 0: what `bpf_get_prandom_u32` returns is not known',
  ],
  ['a check that tells much', `${RANDOM}; r6 = r0; if r6 < 100 goto +0`, 6, null],
  [
    'a call that writes to the stack',
    `${MASKED}; *(u64 *)(r10 -8) = r6; r1 = r10; r1 += -8; r2 = 8; r3 = 0; call bpf_probe_read_kernel#113; r7 = *(u64 *)(r10 -8)`,
    7,
    'any number since 8: `bpf_probe_read_kernel` may write to fp-8, where it was saved (before: 0 … 15)',
  ],
  [
    'a loop that forgets',
    `${NEW}; r6 = 0; ${NEXT}; if r0 == 0 goto +2; r6 += 1; goto -6; ${DESTROY}; r6 = r6`,
    6,
    'any number since 8: forgotten at the head of the loop, so that its rounds come to be alike (before: 1)',
  ],
  ['two pointers', `r6 = r10; r7 = r10; r6 -= r7`, 6, 'any number since 2: `r6 -= r7` makes a number of a pointer'],
])('%s', (_, lines, reg, words) => expect(said(lines, reg)?.words ?? null).toBe(words));

test('what narrows or scales loses nothing', () => {
  for (const rest of ['r6 <<= 2', 'r6 *= 3', 'r6 += 5', 'r6 >>= 1', 'r6 -= 5'])
    expect(said(`${MASKED}; ${rest}`, 6), rest).toBeNull();
});
