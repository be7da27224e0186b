import type { Insn } from '../../isa/insn.ts';

/** Why an instruction of the rewritten program is not one that was loaded. */
export type Rewrite =
  /** A branch that the verifier saw go one way only. */
  | 'decided-branch'
  | 'map'
  | 'subprogram'
  | 'kernel-address'
  | 'map-operation'
  | 'inlined-lookup'
  | 'inlined-helper'
  | 'inlined-loop'
  | 'guarded-division'
  | 'zero-extension'
  | 'may-goto'
  | 'object-arguments'
  | 'hidden-argument'
  | 'per-cpu-object'
  | 'cast'
  | 'exception-callback';

/** What stands where the kernel has an address or a number of its own. */
export interface Symbolic {
  readonly kind: 'function' | 'address' | 'map' | 'map-value' | 'subprogram';
  /** A symbol of the kernel's, a map, a function of the program; of an address without a name, what lies there. */
  readonly name: string;
}

/** An instruction under way: its place is known only when all rewriting is done. */
export interface Node {
  insn: Insn;
  /** Second half of a 64-bit immediate load: its immediate. */
  high: number | null;
  /** Instruction that was loaded of which it is, or in whose place it stands. */
  readonly from: number;
  why: Rewrite | null;
  /** Where it jumps. */
  target: Node | null;
  /** Function that it calls, or whose address it loads; -1 for none. */
  callee: number;
  symbol: Symbolic | null;
  /** Set when something was put before it, or in its place: jumps to it go there. */
  entry: Node | null;
}

/** What a new instruction is besides its encoding. */
type Extra = Partial<Pick<Node, 'high' | 'target' | 'callee' | 'symbol'>>;

export const makeNode = (insn: Insn, from: number, why: Rewrite | null, extra: Extra = {}): Node => ({
  insn,
  high: null,
  from,
  why,
  target: null,
  callee: -1,
  symbol: null,
  entry: null,
  ...extra,
});

/** Where a jump to a node leads. */
export function entryOf(node: Node): Node {
  let at = node;
  while (at.entry !== null) at = at.entry;
  return at;
}

/** The instructions of one function, in order. */
export class Listing {
  nodes: Node[] = [];
  /** Bytes of stack that rewriting adds to the function's own. */
  extraStack = 0;

  constructor(
    readonly name: string,
    /** Bytes of stack of the function as it was verified. */
    readonly stackDepth: number,
  ) {}

  /** Takes a node out: jumps to it go to what follows. */
  remove(at: number): void {
    const [node] = this.nodes.splice(at, 1);
    node!.entry = this.nodes[at] ?? null;
  }

  /** Puts others in a node's place, among which it may be itself; jumps to it go to the first. Returns how many more there are. */
  replace(at: number, by: readonly Node[]): number {
    const node = this.nodes[at]!;
    // Jumps of the patch to the node itself stay, and others go to the patch: they need two.
    const itself: Node = { ...node };
    const patch = by.map((one) => (one === node ? itself : one));
    for (const one of patch) if (one.target === node) one.target = itself;
    this.nodes.splice(at, 1, ...patch);
    node.entry = patch[0]!;
    return by.length - 1;
  }

  /** What a patch at this place jumps to when it jumps behind itself. */
  after(at: number): Node | null {
    return this.nodes[at + 1] ?? null;
  }
}
