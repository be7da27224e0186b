import { BPF_JMP32, classOf, isRegisterSource, opOf } from '../../isa/opcodes.ts';
import type { Insn } from '../../isa/insn.ts';
import type { Names } from '../explain/names.ts';
import { boundText, constantText } from '../query/numbers.ts';

/** Both outcomes of a conditional jump in words. */
export interface Outcomes {
  /** What is looked at: a name of the source, or the register. */
  readonly subject: string;
  /** The source has a name for it. */
  readonly named: boolean;
  readonly taken: string;
  readonly notTaken: string;
  /** What is open: `i may be 0 or not`. */
  readonly open: string;
  /** It asks whether a number is even: said so, whatever the source writes. */
  readonly parity?: true;
}

/** How an outcome reads: of a jump that was taken, of one that was not, and both in the infinitive. */
type Phrase = readonly [taken: string, notTaken: string, open: string];

const EQ: Phrase = ['is', 'is not', 'be'];
const PHRASES: Readonly<Record<number, Phrase>> = {
  0x10: EQ,
  0x50: ['is not', 'is', 'be'],
  0x20: ['is above', 'is at most', 'be above'],
  0x30: ['is at least', 'is below', 'be at least'],
  0xa0: ['is below', 'is at least', 'be below'],
  0xb0: ['is at most', 'is above', 'be at most'],
  0x60: ['is above', 'is at most', 'be above'],
  0x70: ['is at least', 'is below', 'be at least'],
  0xc0: ['is below', 'is at least', 'be below'],
  0xd0: ['is at most', 'is above', 'be at most'],
  0x40: ['has a bit of', 'has no bit of', 'have a bit of'],
};
const SIGNED: ReadonlySet<number> = new Set([0x60, 0x70, 0xc0, 0xd0]);
const JEQ = 0x10;
const JNE = 0x50;
const JSET = 0x40;

/** The number that a jump compares with, as its comparison takes it: unsigned, unless the comparison is signed. */
function constantOf(insn: Insn): string {
  const op = opOf(insn.code);
  const is32 = classOf(insn.code) === BPF_JMP32;
  if (op === JSET) return `0x${BigInt.asUintN(is32 ? 32 : 64, BigInt(insn.imm)).toString(16)}`;
  // Of equality a negative number reads better, and says the same.
  if (SIGNED.has(op) || op === JEQ || op === JNE) return constantText(BigInt.asUintN(64, BigInt(insn.imm)));
  return boundText(BigInt.asUintN(is32 ? 32 : 64, BigInt(insn.imm)));
}

/** Words for a conditional jump's outcomes; null for another instruction. `maybeNull`: it asks whether a pointer is NULL. */
export function outcomesOf(insn: Insn, pc: number, names: Names | null, maybeNull: boolean): Outcomes | null {
  const phrase = PHRASES[opOf(insn.code)];
  if (phrase === undefined) return null;
  const width = classOf(insn.code) === BPF_JMP32 ? 'w' : 'r';
  const left = names?.local(pc, insn.dst) ?? null;
  const subject = left === null ? `${width}${insn.dst}` : `\`${left}\``;
  const right = isRegisterSource(insn.code) ? (names?.local(pc, insn.src) ?? null) : null;
  const value = isRegisterSource(insn.code)
    ? right === null
      ? `${width}${insn.src}`
      : `\`${right}\``
    : maybeNull && insn.imm === 0
      ? 'NULL'
      : constantOf(insn);
  const parity = left === null ? null : parityOf(left, insn);
  if (parity !== null) return parity;
  return {
    subject,
    named: left !== null,
    taken: `${subject} ${phrase[0]} ${value}`,
    notTaken: `${subject} ${phrase[1]} ${value}`,
    open: `${subject} may ${phrase[2]} ${value} or not`,
  };
}

// `n & 1` compared with 0 asks whether n is even.
function parityOf(name: string, insn: Insn): Outcomes | null {
  const op = opOf(insn.code);
  const remainder = name.endsWith(' % 2');
  const of = remainder || name.endsWith(' & 1') ? name.slice(0, -' % 2'.length) : '';
  if (of === '' || isRegisterSource(insn.code) || (insn.imm !== 0 && insn.imm !== 1)) return null;
  if (op !== JEQ && op !== JNE) return null;
  // A remainder may be negative: only that of an unsigned number is 0 or 1.
  if (remainder && insn.imm !== 0) return null;
  const subject = `\`${of}\``;
  const even = (op === JEQ) === (insn.imm === 0);
  return {
    subject,
    named: true,
    taken: `${subject} is ${even ? 'even' : 'odd'}`,
    notTaken: `${subject} is ${even ? 'odd' : 'even'}`,
    open: `${subject} may be even or odd`,
    parity: true,
  };
}
