import { isMayGoto } from '../../isa/insn-kinds.ts';
import * as op from '../../isa/opcodes.ts';
import type { Listing, Node } from './listing.ts';
import { makeNode } from './listing.ts';
import * as make from './make.ts';

const SLOTS = 2;
/** Rounds between two looks at the clock. */
const ROUNDS = 0xffff;

/** Offset of the two slots that count rounds and hold the time: below the function's own stack, and what inlined loops need. */
const slotsOf = (listing: Listing, below: number): number => -(listing.stackDepth + below) - 8 * SLOTS;

/** `may_goto` counts its function's rounds in two slots of the stack, and looks at the clock when the count is used up. */
export function countRounds(listing: Listing, at: number, below: number): number {
  const node = listing.nodes[at]!;
  if (!isMayGoto(node.insn)) return 0;
  const slots = slotsOf(listing, below);
  const part = (insn: Node['insn'], extra: Partial<Node> = {}): Node => makeNode(insn, node.from, 'may-goto', extra);
  const keep = part(make.store(op.BPF_DW, 10, slots, make.AX));
  return listing.replace(at, [
    part(make.load(op.BPF_DW, make.AX, 10, slots)),
    part(make.jumpImm(op.BPF_JEQ, make.AX, 0), { target: node.target }),
    part(make.aluImm(op.BPF_SUB, make.AX, 1)),
    part(make.jumpImm(op.BPF_JNE, make.AX, 0), { target: keep }),
    part(make.movImm(make.AX, slots)),
    part(make.call, { symbol: { kind: 'function', name: 'arch_bpf_timed_may_goto' } }),
    keep,
  ]);
}

/** Sets the count and clears the time as the function begins; jumps to its first instruction do not come here. */
export function beginCounting(listing: Listing, below: number): void {
  const slots = slotsOf(listing, below);
  const first = listing.nodes[0]!;
  const part = (off: number, imm: number): Node =>
    makeNode(make.storeImm(op.BPF_DW, 10, off, imm), first.from, 'may-goto');
  listing.nodes.unshift(part(slots, ROUNDS), part(slots + 8, 0));
  listing.extraStack += 8 * SLOTS;
}
