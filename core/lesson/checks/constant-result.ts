import type { Insn } from '../../isa/insn.ts';
import { isJump, jumpOffset } from '../../isa/insn-kinds.ts';
import * as op from '../../isa/opcodes.ts';
import { registerUse } from '../../isa/register-use.ts';

/*
 * What a register may be, as one number: NOTHING where no way has set it yet; from 0 on, made of constants by so many operations;
 * UNKNOWN, of something that comes from elsewhere. Constants made by more operations than the program has went round a loop: unknown, too.
 */
const NOTHING = -1;
const UNKNOWN = Infinity;
const REGS = 11;

/**
 * Whether what the program leaves in r0 may be anything but one of a few fixed numbers, as far as its instructions tell: something that was loaded or
 * came back from a call, or what a loop has counted. Which ways are possible is not asked, but a comparison with a number is seen.
 */
export function mayComputeResult(insns: readonly Insn[]): boolean {
  const before: number[][] = insns.map(() => new Array<number>(REGS).fill(NOTHING));
  const work = [0];
  before[0]?.fill(UNKNOWN, 1, 2);
  let result = NOTHING;
  const flow = (to: number, state: readonly number[]): void => {
    const at = before[to];
    if (at === undefined) return;
    let grown = false;
    state.forEach((value, reg) => {
      if (value <= at[reg]!) return;
      at[reg] = value;
      grown = true;
    });
    if (grown) work.push(to);
  };
  for (let i = work.pop(); i !== undefined; i = work.pop()) {
    const insn = insns[i]!;
    if (insn.code === op.EXIT) {
      result = Math.max(result, before[i]![0]!);
      continue;
    }
    const after = afterInsn(insn, before[i]!, insns.length);
    if (!isJump(insn) || insn.code === op.CALL) flow(i + (insn.code === op.LDDW ? 2 : 1), after);
    else {
      const kind = op.opOf(insn.code);
      // Where it is equal to a number, it is that number.
      const equal =
        (insn.code & 8) === op.BPF_X
          ? after
          : after.map((value, reg) => (reg === insn.dst ? Math.min(value, 0) : value));
      flow(i + 1 + jumpOffset(insn), kind === op.BPF_JEQ ? equal : after);
      if (kind !== op.BPF_JA) flow(i + 1, kind === op.BPF_JNE ? equal : after);
    }
  }
  return result === UNKNOWN;
}

function afterInsn(insn: Insn, before: readonly number[], most: number): number[] {
  const after = [...before];
  const cls = op.classOf(insn.code);
  const { sets } = registerUse(insn);
  const set = (value: number): void => {
    for (let reg = 0; reg < REGS; reg++) if (((sets >> reg) & 1) === 1) after[reg] = value > most ? UNKNOWN : value;
  };
  if (cls !== op.BPF_ALU && cls !== op.BPF_ALU64) {
    set(UNKNOWN);
    return after;
  }
  const fromReg = (insn.code & 8) === op.BPF_X;
  const operand = fromReg ? before[insn.src]! : 0;
  if (op.opOf(insn.code) === op.BPF_MOV) set(operand);
  else set(Math.max(before[insn.dst]!, operand) + 1);
  return after;
}
