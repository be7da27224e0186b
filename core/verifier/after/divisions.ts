import * as op from '../../isa/opcodes.ts';
import type { Listing, Node } from './listing.ts';
import { makeNode } from './listing.ts';
import * as make from './make.ts';

/** Divisions by a register are guarded: by 0 they give 0, remainders the dividend (RFC 9669 section 4.1); by -1 the processor would trap. */
export function guardDivision(listing: Listing, at: number): number {
  const node = listing.nodes[at]!;
  const { code, off } = node.insn;
  const kind = op.classOf(code);
  if (kind !== op.BPF_ALU && kind !== op.BPF_ALU64) return 0;
  const operation = op.opOf(code);
  if (operation !== op.BPF_DIV && operation !== op.BPF_MOD) return 0;
  if (!op.isRegisterSource(code)) return byMinusOne(listing, at, operation === op.BPF_DIV, kind === op.BPF_ALU64);
  const after = listing.after(at)!;
  const divides = operation === op.BPF_DIV;
  const guarded = off === 1 ? (divides ? signedDivision : signedRemainder) : divides ? division : remainder;
  return listing.replace(at, guarded(node, kind === op.BPF_ALU64, after));
}

/** By the number -1: a quotient is the dividend negated, a remainder 0. */
function byMinusOne(listing: Listing, at: number, divides: boolean, wide: boolean): number {
  const node = listing.nodes[at]!;
  const { dst, off, imm } = node.insn;
  if (off !== 1 || imm !== -1) return 0;
  const insn = divides ? make.aluImm(op.BPF_NEG, dst, 0, wide) : make.movImm(dst, 0, false);
  return listing.replace(at, [part(node, insn)]);
}

const part = (node: Node, insn: Node['insn'], target: Node | null = null): Node =>
  makeNode(insn, node.from, 'guarded-division', { target });

function division(node: Node, wide: boolean, after: Node): Node[] {
  const { dst, src } = node.insn;
  return [
    part(node, make.jumpImm(op.BPF_JNE, src, 0, wide), node),
    part(node, make.aluReg(op.BPF_XOR, dst, dst, false)),
    part(node, make.jump, after),
    node,
  ];
}

/** A remainder of 32 bits clears the upper half also where the dividend stays. */
function clearing(node: Node, wide: boolean, after: Node): { readonly where: Node; readonly nodes: readonly Node[] } {
  if (wide) return { where: after, nodes: [] };
  const { dst } = node.insn;
  const clear = part(node, make.aluReg(op.BPF_MOV, dst, dst, false));
  return { where: clear, nodes: [part(node, make.jump, after), clear] };
}

function remainder(node: Node, wide: boolean, after: Node): Node[] {
  const { where, nodes } = clearing(node, wide, after);
  return [part(node, make.jumpImm(op.BPF_JEQ, node.insn.src, 0, wide), where), node, ...nodes];
}

/** The divisor plus 1, without sign, is at most 1 for 0 and for -1. */
const isZeroOrMinusOne = (node: Node, wide: boolean): Node[] => [
  part(node, make.movReg(make.AX, node.insn.src)),
  part(node, make.aluImm(op.BPF_ADD, make.AX, 1, wide)),
  part(node, make.jumpImm(op.BPF_JGT, make.AX, 1, wide), node),
];

function signedDivision(node: Node, wide: boolean, after: Node): Node[] {
  const { dst } = node.insn;
  const negate = part(node, make.aluImm(op.BPF_NEG, dst, 0, wide));
  return [
    ...isZeroOrMinusOne(node, wide),
    part(node, make.jumpImm(op.BPF_JEQ, make.AX, 0, wide), negate),
    part(node, make.movImm(dst, 0, wide)),
    negate,
    part(node, make.jump, after),
    node,
  ];
}

function signedRemainder(node: Node, wide: boolean, after: Node): Node[] {
  const { where, nodes } = clearing(node, wide, after);
  return [
    ...isZeroOrMinusOne(node, wide),
    part(node, make.jumpImm(op.BPF_JEQ, make.AX, 1, wide), where),
    part(node, make.movImm(node.insn.dst, 0, false)),
    part(node, make.jump, nodes[0] ?? after),
    node,
    ...nodes,
  ];
}
