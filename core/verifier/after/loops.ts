import { E2BIG } from '../../base/errno.ts';
import { isHelperCall } from '../../isa/insn-kinds.ts';
import * as op from '../../isa/opcodes.ts';
import type { Env } from '../env.ts';
import type { Listing, Node } from './listing.ts';
import { makeNode } from './listing.ts';
import * as make from './make.ts';

const LOOP = 181;
const MAX_LOOPS = 1 << 23;
const SLOTS = 3;

/** Calls of bpf_loop that are always without flags and with one callback become loops around a call of it. */
export function inlineLoops(env: Env, listings: readonly Listing[]): void {
  for (const listing of listings) {
    for (let i = 0; i < listing.nodes.length; i++) {
      const node = listing.nodes[i]!;
      if (!isHelperCall(node.insn) || node.insn.imm !== LOOP) continue;
      const callback = env.inlinedLoops.get(node.from) ?? -1;
      if (callback < 0) continue;
      i += listing.replace(i, loop(node, callback, -(listing.stackDepth + 8 * SLOTS), listing.after(i)!));
      listing.extraStack = 8 * SLOTS;
    }
  }
}

/** @param base offset of three stack slots in which r6, r7 and r8 are kept meanwhile */
function loop({ from }: Node, callee: number, base: number, after: Node): Node[] {
  const node = (insn: Node['insn'], extra: Partial<Node> = {}): Node => makeNode(insn, from, 'inlined-loop', extra);
  const [count, round, context] = [6, 7, 8];
  const saved = [count, round, context].map((reg, i) => node(make.store(op.BPF_DW, 10, base + 8 * i, reg)));
  const restored = [count, round, context].map((reg, i) => node(make.load(op.BPF_DW, reg, 10, base + 8 * i)));
  const end = node(make.movReg(0, round));
  const again = node(make.jumpReg(op.BPF_JGE, round, count), { target: end });
  return [
    node(make.jumpImm(op.BPF_JLE, 1, MAX_LOOPS), { target: saved[0]! }),
    node(make.movImm(0, E2BIG, false)),
    node(make.jump, { target: after }),
    ...saved,
    node(make.movReg(count, 1)),
    node(make.movImm(round, 0, false)),
    node(make.movReg(context, 3)),
    again,
    node(make.movReg(1, round)),
    node(make.movReg(2, context)),
    node({ code: op.CALL, dst: 0, src: op.BPF_PSEUDO_CALL, off: 0, imm: 0 }, { callee }),
    node(make.aluImm(op.BPF_ADD, round, 1)),
    node(make.jumpImm(op.BPF_JEQ, 0, 0), { target: again }),
    end,
    ...restored,
  ];
}
