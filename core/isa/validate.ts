import type { Insn } from './insn.ts';
import * as op from './opcodes.ts';
import { formOf } from './table.ts';

/** What RFC 9669 forbids about one instruction of a program. */
export interface EncodingFault {
  /** Instruction slot. */
  readonly index: number;
  readonly reason: string;
}

/**
 * The first violation of RFC 9669's encoding rules, or null: known opcodes and operations, registers up to r10, reserved fields zero,
 * jumps and local calls that land on an instruction of the program. It says nothing about what the program does.
 */
export function findEncodingFault(insns: readonly Insn[]): EncodingFault | null {
  if (insns.length === 0) return { index: 0, reason: 'the program is empty' };
  const second = secondHalves(insns);
  for (let index = 0; index < insns.length; index++) {
    if (second[index] === 1) continue;
    const reason = faultOf(insns, index, second);
    if (reason !== null) return { index, reason };
  }
  return null;
}

function secondHalves(insns: readonly Insn[]): Uint8Array {
  const second = new Uint8Array(insns.length + 1);
  insns.forEach((insn, i) => {
    if (insn.code === op.LDDW && second[i] === 0) second[i + 1] = 1;
  });
  return second;
}

function faultOf(insns: readonly Insn[], index: number, second: Uint8Array): string | null {
  const insn = insns[index] as Insn;
  const form = formOf(insn);
  const code = `0x${insn.code.toString(16).padStart(2, '0')}`;
  if (form === undefined) return `unknown opcode ${code}`;
  if (!form.valid) return `opcode ${code} knows no variant with src ${insn.src}, off ${insn.off}, imm ${insn.imm}`;
  if (insn.dst >= op.MAX_BPF_REG) return `there is no register r${insn.dst}`;
  if (form.uses.src && form.select.src === undefined && insn.src >= op.MAX_BPF_REG)
    return `there is no register r${insn.src}`;
  if (form.writes !== null && insn[form.writes] === op.BPF_REG_FP) return 'the frame pointer r10 is read-only';
  for (const field of ['dst', 'src', 'off', 'imm'] as const) {
    if (field === 'off' && insn.code === op.EXIT) continue;
    if (!form.uses[field] && insn[field] !== 0) return `reserved field ${field} is ${insn[field]}, not zero`;
  }
  if (insn.code === op.LDDW) {
    const next = insns[index + 1];
    if (next === undefined) return '64-bit immediate load without its second half';
    if (next.code !== 0 || next.dst !== 0 || next.src !== 0 || next.off !== 0)
      return 'second half of a 64-bit immediate load has non-zero reserved fields';
    const whole = form.text.includes('{next}') || form.text.includes('{imm64}');
    if (!whole && next.imm !== 0) return 'second half of a 64-bit immediate load has a non-zero immediate';
  }
  if (form.target !== null) {
    const target = index + 1 + insn[form.target];
    if (target < 0 || target >= insns.length) return `jump out of the program, to ${target}`;
    if (second[target] === 1) return `jump into the middle of a 64-bit immediate load, to ${target}`;
  }
  return null;
}
