import { assemble } from '../../core/isa/asm.ts';
import type { Insn } from '../../core/isa/insn.ts';
import { BytesCase } from './bytes.ts';
import type { Generator } from './case.ts';
import { Dice } from '../../core/base/dice.ts';
import { resolveCall } from './kernel.ts';

const asm = (...lines: string[]): Insn[] => assemble(lines.join('\n'), { resolveCall });
const END = asm('r0 = 0', 'exit');
const RANDOM = asm('call bpf_get_prandom_u32#7');

function repeat(count: number, piece: (i: number) => readonly Insn[]): Insn[] {
  const out: Insn[] = [];
  for (let i = 0; i < count; i++) out.push(...piece(i));
  return out;
}

const jump = (code: number, dst: number, off: number, imm: number): Insn => ({ code, dst, src: 0, off, imm });
const JA = 0x05;
const JEQ = 0x15;
const JGT = 0x25;
const JSET = 0x45;

/** Programs at and beyond the limits: how long they are, how they branch, how deep they call, how far they loop. */
const SHAPES: readonly ((dice: Dice) => Insn[])[] = [
  // Straight.
  (dice) => [...repeat(size(dice), (i) => [{ code: 0xb7, dst: 0, src: 0, off: 0, imm: i }]), ...END],
  // The kernel takes jumps that go nowhere out one by one, which is slow.
  (dice) => [...repeat(Math.min(size(dice), 10_000), () => [jump(JA, 0, 0, 0)]), ...END],
  (dice) => [...repeat(size(dice) >> 1, (i) => asm(`r6 = 0x${(0x100000000 + i).toString(16)}`)), ...END],
  // Paths that all wait: the limit is 8192.
  (dice) => {
    const count = dice.of([8190, 8191, 8192, 8193, 8194, 9000, 3000]);
    const op = dice.of([JEQ, JGT, JSET]);
    return [
      ...RANDOM,
      ...repeat(count, (i) => [jump(op, 0, count - i - 1, op === JSET ? 1 << (i & 31) : i + 1)]),
      ...END,
    ];
  },
  // Forks that meet again.
  (dice) => [
    ...RANDOM,
    ...asm('r6 = r0', 'r7 = 0'),
    ...repeat(dice.of([10, 100, 1000, 3000]), (i) => [
      jump(JEQ, 6, 1, i),
      { code: 0x07, dst: 7, src: 0, off: 0, imm: 1 },
    ]),
    ...END,
  ],
  // A fork in each bit, remembered: two to the power of so many.
  (dice) => [
    ...RANDOM,
    ...asm('r6 = r0', 'r7 = 0'),
    ...repeat(dice.of([4, 8, 12, 16, 20]), (i) => [
      jump(JSET, 6, 1, 1 << i),
      { code: 0x47, dst: 7, src: 0, off: 0, imm: 1 << i },
    ]),
    ...asm('r1 = r10', 'r7 &= 7', 'r1 += -8', 'r1 += r7', 'r0 = *(u8 *)(r1 +0)'),
    ...END,
  ],
  // Calls of calls.
  (dice) => {
    const depth = dice.of([7, 8, 9, 12, 40]);
    const stack = dice.of([0, 0, 8, 64, 72, 512]);
    const lines = stack > 0 ? [`*(u64 *)(r10 -${stack}) = 0`] : [];
    return asm(
      ...Array.from({ length: depth }, (_, i) => [`f${i}:`, ...lines, `call f${i + 1}`, 'exit']).flat(),
      `f${depth}:`,
      ...lines,
      'r0 = 0',
      'exit',
    );
  },
  // Many functions: 256 at most.
  (dice) => {
    const count = dice.of([100, 254, 255, 256, 257]);
    return asm(
      ...Array.from({ length: count }, (_, i) => `call f${i}`),
      'exit',
      ...Array.from({ length: count }, (_, i) => [`f${i}:`, 'r0 = 0', 'exit']).flat(),
    );
  },
  // A function that calls itself or an earlier one.
  (dice) =>
    asm(
      'call f1',
      'exit',
      'f1:',
      dice.chance(50) ? 'call f1' : 'call f2',
      'exit',
      'f2:',
      'r0 = 0',
      ...(dice.chance(50) ? ['call f1'] : []),
      'exit',
    ),
  // Loops: counted, endless, nested.
  (dice) => {
    const n = dice.of([10, 1000, 20_000, 400_000]);
    return asm(`r6 = ${n}`, 'l1:', 'r6 += -1', `if r6 ${dice.of(['!=', 's>', '>'])} 0 goto l1`, 'r0 = 0', 'exit');
  },
  (dice) => {
    const [a, b, c] = [dice.below(12) + 1, dice.below(12) + 1, dice.below(12) + 1];
    return asm(
      ...[`r6 = ${a}`, 'l1:', `r7 = ${b}`, 'l2:', `r8 = ${c}`, 'l3:', 'r8 += -1', 'if r8 != 0 goto l3'],
      ...['r7 += -1', 'if r7 != 0 goto l2', 'r6 += -1', 'if r6 != 0 goto l1', 'r0 = 0', 'exit'],
    );
  },
  (dice) =>
    asm(
      ...['l1:', 'call bpf_get_prandom_u32#7', 'r6 = r0', `if r6 == ${dice.below(9)} goto l2`],
      ...(dice.chance(50) ? ['r7 = 1'] : ['r0 = 1', 'r7 = r0']),
      ...['goto l1', 'l2:', 'r0 = 0', 'exit'],
    ),
  (dice) => [jump(JA, 0, dice.of([-1, -2, 0, 1, 5, -32768, 32767]), 0), ...END],
  // Jumps far away.
  (dice) => {
    const far = dice.of([32_760, 40_000, 70_000]);
    return [
      { code: 0x06, dst: 0, src: 0, off: 0, imm: far },
      ...repeat(far, () => [{ code: 0xb7, dst: 0, src: 0, off: 0, imm: 7 }]),
      ...END,
    ];
  },
  // Deep stacks, alone.
  (dice) => asm(`*(u64 *)(r10 -${dice.of([504, 512, 520, 8192, 32768])}) = 0`, 'r0 = 0', 'exit'),
];

function size(dice: Dice): number {
  return dice.of([
    100,
    1000,
    4094,
    4096,
    4097,
    10_000,
    10_000,
    65_536,
    dice.chance(20) ? 999_998 : 50_000,
    dice.chance(5) ? 1_000_001 : 20_000,
  ]);
}

/** Programs up to and beyond the kernel's limits. */
export const EXTREMES: Generator = {
  name: 'extremes',
  share: 2,
  generate: (seeds) =>
    seeds.map((seed) => {
      const dice = new Dice(seed);
      return new BytesCase(dice.of(SHAPES)(dice));
    }),
};
