import { BPF_JMP32, CALL, EXIT, classOf, isRegisterSource, opOf } from '../../isa/opcodes.ts';
import type { Check, Flow } from '../query/flow.ts';
import type { Names } from './names.ts';
import type { ProgramText } from '../query/program-text.ts';
import type { Trace } from '../record/trace.ts';

/** A line of the author's own. */
export interface WrittenLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** Lines after a condition among which its statement is looked for. */
const NEAR = 4;

/**
 * The `return` by which a path left a function, where the compiler says only `}` of it: the statement that belongs to the last condition of the
 * path. Null unless the source is known as a whole, the path went from the condition straight to the end, and it is certain that the condition held.
 */
export function returnWritten(
  trace: Trace,
  text: ProgramText,
  names: Names,
  flow: Flow,
  insn: number,
): WrittenLine | null {
  if (text.program.insns[insn]?.code !== EXIT || text.sourceLine(insn) !== '}') return null;
  const check = flow.checks.at(-1);
  if (check === undefined) return null;
  const source = text.sources.find(
    (file) => file.complete && file.different === undefined && file.name.endsWith(text.fileName(insn)),
  );
  if (source === undefined || text.fileName(check.pc) !== text.fileName(insn)) return null;
  // Nothing of another line came in between, but for what the compiler moved to the common end.
  const since = flow.steps.slice(flow.steps.indexOf(check.step) + 1).map((step) => trace.pc(step));
  const from = text.lineNumber(check.pc);
  const straight = since.every((pc) => {
    const line = text.lineNumber(pc);
    return line === from || line === text.lineNumber(insn) || text.program.insns[pc]?.code !== CALL;
  });
  if (!straight || held(text, names, check) !== true) return null;
  const lines = source.text.split('\n');
  for (let line = from; line < Math.min(from + NEAR, lines.length + 1); line++) {
    const words = (lines[line - 1] ?? '').trim();
    const found = /\breturn\b[^;]*;/.exec(words);
    if (found !== null) return { file: text.fileName(insn), line, text: words };
    // Another statement, or the end of the block: the return is none of this condition's.
    if (line > from && words !== '' && words !== '{') return null;
  }
  return null;
}

// Whether the source's condition held, given the way that its jump went; null where the two cannot be laid side by side.
function held(text: ProgramText, names: Names, check: Check): boolean | null {
  const insn = text.program.insns[check.pc];
  const written = names.comparison(check.pc);
  if (insn === undefined || written === null) return null;
  const jump = predicate(SIGNS[opOf(insn.code)] ?? '', isRegisterSource(insn.code) ? null : BigInt(insn.imm));
  const right = /^(?:0x[0-9a-f]+|\d+)$/i.test(written.right) ? BigInt(written.right) : null;
  const own = predicate(written.op, right);
  if (jump === null || own === null || jump.kind !== own.kind) return null;
  // Equality of two variables is the same whichever stands first; all else must be the same number of the same value.
  const name = names.local(check.pc, insn.dst);
  const same = name !== null && (name === written.left || `(${name})` === written.left);
  if (isRegisterSource(insn.code)) {
    if (jump.kind !== 'eq') return null;
  } else if (jump.bound === null || own.bound === null || jump.bound !== own.bound || !same) return null;
  if (classOf(insn.code) === BPF_JMP32 && jump.kind === 'ge' && (jump.bound ?? 0n) < 0n) return null;
  return (jump.not === own.not) === check.taken;
}

interface Predicate {
  readonly kind: 'eq' | 'ge';
  readonly bound: bigint | null;
  readonly not: boolean;
}

/** Every comparison as "equal to" or "at least", or their opposites. */
function predicate(op: string, bound: bigint | null): Predicate | null {
  const next = bound === null ? null : bound + 1n;
  switch (op) {
    case '==':
      return { kind: 'eq', bound, not: false };
    case '!=':
      return { kind: 'eq', bound, not: true };
    case '>=':
      return { kind: 'ge', bound, not: false };
    case '<':
      return { kind: 'ge', bound, not: true };
    case '>':
      return { kind: 'ge', bound: next, not: false };
    case '<=':
      return { kind: 'ge', bound: next, not: true };
    default:
      return null;
  }
}

/** Comparisons of jumps as C writes them. */
const SIGNS: Readonly<Record<number, string>> = {
  0x10: '==',
  0x50: '!=',
  0x20: '>',
  0x30: '>=',
  0xa0: '<',
  0xb0: '<=',
  0x60: '>',
  0x70: '>=',
  0xc0: '<',
  0xd0: '<=',
};
