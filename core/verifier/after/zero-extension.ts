import { jumpOffset } from '../../isa/insn-kinds.ts';
import type { Insn } from '../../isa/insn.ts';
import * as op from '../../isa/opcodes.ts';
import type { Env } from '../env.ts';

/** Whether an instruction reads r0 whole, reads no more than its lower half, or writes it, as the kernel counts when it looks for upper halves. */
function useOfR0(insn: Insn): 'reads-whole' | 'writes' | 'passes' {
  const kind = op.classOf(insn.code);
  const { dst, src } = insn;
  const operation = op.opOf(insn.code);
  const byRegister = op.isRegisterSource(insn.code);
  switch (kind) {
    case op.BPF_ALU64: {
      const moves = operation === op.BPF_MOV;
      if ((dst === 0 && !moves) || (byRegister && src === 0)) return 'reads-whole';
      return dst === 0 ? 'writes' : 'passes';
    }
    case op.BPF_ALU:
      return dst === 0 ? 'writes' : 'passes';
    case op.BPF_LDX:
      return src === 0 ? 'reads-whole' : dst === 0 ? 'writes' : 'passes';
    case op.BPF_LD:
      return dst === 0 ? 'writes' : 'passes';
    case op.BPF_ST:
      return dst === 0 ? 'reads-whole' : 'passes';
    case op.BPF_STX:
      return dst === 0 || (src === 0 && op.sizeBitsOf(insn.code) === op.BPF_DW) ? 'reads-whole' : 'passes';
    case op.BPF_JMP:
      if (operation === op.BPF_EXIT) return 'reads-whole';
      if (operation === op.BPF_CALL) return 'writes';
      if (operation === op.BPF_JA || operation === op.BPF_JCOND) return 'passes';
      return dst === 0 || (byRegister && src === 0) ? 'reads-whole' : 'passes';
    default:
      return 'passes';
  }
}

/** True when some path that was walked reads the upper half of r0 that the instruction at `index` leaves. */
export function upperHalfIsRead(env: Env, index: number): boolean {
  const { insns, facts } = env;
  const waiting = [index + 1];
  const seen = new Set<number>();
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const insn = insns[at];
    if (insn === undefined || facts.seen[at] !== 1 || seen.has(at)) continue;
    seen.add(at);
    const use = useOfR0(insn);
    if (use === 'reads-whole') return true;
    if (use === 'writes') continue;
    const kind = op.classOf(insn.code);
    const operation = op.opOf(insn.code);
    const jumps = (kind === op.BPF_JMP || kind === op.BPF_JMP32) && operation !== op.BPF_CALL;
    if (jumps) waiting.push(at + 1 + jumpOffset(insn));
    if (!jumps || operation !== op.BPF_JA) waiting.push(at + (insn.code === op.LDDW ? 2 : 1));
  }
  return false;
}
