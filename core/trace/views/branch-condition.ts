import { BPF_JMP32, classOf, isRegisterSource, opOf } from '../../isa/opcodes.ts';
import type { Insn } from '../../isa/insn.ts';
import { numberLiteral } from '../explain/c-source.ts';
import type { Comparison } from '../explain/c-source.ts';
import type { Names } from '../explain/names.ts';

/** A condition of the source, and whether it holds when the jump is taken. */
export interface BranchCondition {
  readonly text: string;
  readonly whenTaken: boolean;
}

type Compare = (a: bigint, b: bigint) => boolean;
const SOURCE: Readonly<Record<string, Compare>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};
/** By the operation's bits; the unsigned ones are asked about numbers from 0 on only. */
const JUMP: Readonly<Record<number, Compare>> = {
  0x10: (a, b) => a === b,
  0x50: (a, b) => a !== b,
  0x20: (a, b) => a > b,
  0x30: (a, b) => a >= b,
  0xa0: (a, b) => a < b,
  0xb0: (a, b) => a <= b,
  0x60: (a, b) => a > b,
  0x70: (a, b) => a >= b,
  0xc0: (a, b) => a < b,
  0xd0: (a, b) => a <= b,
};
const UNSIGNED: ReadonlySet<number> = new Set([0x20, 0x30, 0xa0, 0xb0]);
/**
 * The comparison that the source has at a conditional jump's column, if the jump is that very comparison or its opposite: both are asked about the
 * numbers around both constants. Null where the source does not tell, or the compiler made something else of it.
 */
export function branchCondition(insn: Insn, pc: number, names: Names | null): BranchCondition | null {
  const found = names?.comparison(pc) ?? null;
  return found === null ? null : conditionOf(insn, found);
}

/** The same for a comparison that is known. */
export function conditionOf(insn: Insn, { left, op, right }: Comparison): BranchCondition | null {
  const jump = JUMP[opOf(insn.code)];
  const source = SOURCE[op];
  const number = numberLiteral(right);
  if (jump === undefined || source === undefined || number === null || isRegisterSource(insn.code)) return null;
  const unsigned = UNSIGNED.has(opOf(insn.code));
  const bits = classOf(insn.code) === BPF_JMP32 ? 32 : 64;
  const imm = BigInt(insn.imm);
  const asked = [number, imm].flatMap((n) => [n - 1n, n, n + 1n]).filter((n) => !unsigned || n >= 0n);
  if (asked.length === 0 || (unsigned && (imm < 0n || number < 0n)) || number >= 1n << BigInt(bits - 1)) return null;
  const agree = asked.filter((n) => jump(n, imm) === source(n, number)).length;
  if (agree !== asked.length && agree !== 0) return null;
  // `x != 0` is what `if (x)` asks.
  const text = right === '0' && op === '!=' ? left : `${left} ${op} ${right}`;
  return { text, whenTaken: agree !== 0 };
}
