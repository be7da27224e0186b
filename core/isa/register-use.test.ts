import { expect, test } from 'vitest';
import { assemble } from './asm.ts';
import { findUnsetRead } from './register-use.ts';

/** Registers r1 and r2, as the plugin gives them. */
const GIVEN = 0b110;
const find = (text: string) => findUnsetRead(assemble(text), GIVEN);

test.each([
  ['r0 = r3\nexit', 0, 3],
  ['exit', 0, 0],
  ['r0 += 1\nexit', 0, 0],
  ['r0 = 1\nif r0 == r6 goto +0\nexit', 1, 6],
  ['if r1 == 0 goto skip\nr3 = 1\nskip: r0 = r3\nexit', 2, 3],
  ['r0 = 0\ncall #5\nr0 = r1\nexit', 2, 1],
  ['*(u64 *)(r10 -8) = r4\nr0 = 0\nexit', 0, 4],
  ['r0 = *(u64 *)(r9 +0)\nexit', 0, 9],
  ['lock *(u64 *)(r10 -8) += r5\nr0 = 0\nexit', 0, 5],
  ['r3 = 1\nr0 = atomic64_cmpxchg((u64 *)(r10 -8), r0, r3)\nr0 = 0\nexit', 1, 0],
  ['callx r7\nexit', 0, 7],
  ['r6 = 1\ncall pc+1\nexit\nr0 = r6\nexit', 3, 6],
  ['call pc+1\nexit\nr3 = 1\nexit', 1, 0],
])('%j: instruction %i reads r%i', (text, insn, reg) => expect(find(text)).toEqual({ insn, reg }));

test.each([
  ['r0 = r1\nr0 += r2\nexit'],
  ['r0 = r10\nexit'],
  ['if r1 == 0 goto other\nr3 = 1\ngoto out\nother: r3 = 2\nout: r0 = r3\nexit'],
  ['r3 = 0\nloop: r3 += 1\nif r3 < 5 goto loop\nr0 = r3\nexit'],
  ['r6 = 7\ncall pc+2\nr0 += r6\nexit\nr0 = r1\nexit'],
  ['call #5\nexit'],
  ['r0 = 1 ll\nexit'],
  ['r0 = 5\nexit\nr0 = r8\nexit'],
])('%j reads nothing that was not set', (text) => expect(find(text)).toBeNull());
