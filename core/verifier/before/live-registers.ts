import {
  BPF_ALU,
  BPF_ALU64,
  BPF_ATOMIC,
  BPF_CALL,
  BPF_CMPXCHG,
  BPF_EXIT,
  BPF_FETCH,
  BPF_IMM,
  BPF_JA,
  BPF_JCOND,
  BPF_LD,
  BPF_LDX,
  BPF_LOAD_ACQ,
  BPF_MOV,
  BPF_ST,
  BPF_STORE_REL,
  BPF_STX,
  BPF_X,
  opOf,
  classOf,
} from '../../isa/opcodes.ts';
import type { Env } from '../env.ts';
import type { CallFacts } from './facts.ts';
import { isLoadImm64 } from '../../isa/insn-kinds.ts';

/** A call through a register: an instruction of RFC 9669 that Linux has not. */
const ALL_REGS = 0x3ff;
const CALLER_SAVED = 0x3f;
const ARGS = 0x3e;

/** Registers that an instruction reads and writes, as bit masks. */
function usesAndDefs(env: Env, i: number, facts: CallFacts): [number, number] {
  const insn = env.insns[i]!;
  const cls = classOf(insn.code);
  const dst = 1 << insn.dst;
  const src = 1 << insn.src;
  const mode = insn.code & 0xe0;
  const op = opOf(insn.code);
  switch (cls) {
    case BPF_LD:
      if (mode === BPF_IMM) return [0, dst];
      // Legacy packet loads count as uses of everything.
      return [ALL_REGS, 0];
    case BPF_LDX:
      return [src, dst];
    case BPF_ST:
      return [dst, 0];
    case BPF_STX:
      if (mode !== BPF_ATOMIC) return [dst | src, 0];
      if (insn.imm === BPF_CMPXCHG) return [1 | dst | src, 1];
      if (insn.imm === BPF_LOAD_ACQ) return [src, dst];
      if (insn.imm === BPF_STORE_REL) return [dst | src, 0];
      return [dst | src, (insn.imm & BPF_FETCH) !== 0 ? src : 0];
    case BPF_ALU:
    case BPF_ALU64:
      if (op === BPF_MOV) return [(insn.code & 8) === BPF_X ? src : 0, dst];
      if (op === 0xd0 || op === 0x80) return [dst, dst];
      return [(insn.code & 8) === BPF_X ? dst | src : dst, dst];
    default: {
      if (op === BPF_JA || op === BPF_JCOND) return [0, 0];
      if (op === BPF_EXIT) return [1, 0];
      if (op === BPF_CALL) {
        const count = insn.src === 0 || insn.src === 2 ? facts.argCount(insn) : null;
        return [count === null ? ARGS : ((1 << (count + 1)) - 1) & ARGS, CALLER_SAVED];
      }
      return [(insn.code & 8) === BPF_X ? dst | src : dst, 0];
    }
  }
}

/** Which registers are live before each instruction: a backward fixed point, and its table in the log at level 2. */
export function computeLiveRegs(env: Env, facts: CallFacts): void {
  const { insns } = env;
  const live = env.facts.liveRegs;
  const use = new Uint16Array(insns.length);
  const def = new Uint16Array(insns.length);
  for (let i = 0; i < insns.length; i++) {
    const [u, d] = usesAndDefs(env, i, facts);
    use[i] = u;
    def[i] = d;
    if (isLoadImm64(insns[i]!)) i++;
  }
  const { next, target } = env.facts;
  let changed = true;
  while (changed) {
    changed = false;
    for (const order of env.postorder) {
      for (const i of order) {
        const a = next[i]!;
        const b = target[i]!;
        const after = (a < 0 ? 0 : live[a]!) | (b < 0 ? 0 : live[b]!);
        const before = (after & ~def[i]!) | use[i]!;
        if (before !== live[i]) {
          live[i] = before;
          changed = true;
        }
      }
    }
  }
  if (!env.loggingAll) return;
  let text = 'Live regs before insn:\n';
  for (let i = 0; i < insns.length; i++) {
    const scc = env.facts.scc[i]!;
    let regs = '';
    for (let r = 0; r < 10; r++) regs += (live[i]! & (1 << r)) !== 0 ? String(r) : '.';
    text += `${scc === 0 ? '    ' : `${String(scc).padStart(3)} `}${String(i).padStart(3)}: ${regs} ${env.text.plainInsnText(i)}\n`;
    if (isLoadImm64(insns[i]!)) i++;
  }
  env.log.write(text);
}
