import { isJump, isMayGoto } from '../../isa/insn-kinds.ts';
import { BPF_CALL, BPF_EXIT, BPF_JA, BPF_JMP, opOf } from '../../isa/opcodes.ts';
import type { Env } from '../env.ts';
import type { Listing, Node } from './listing.ts';
import { entryOf } from './listing.ts';
import { jump } from './make.ts';

const isConditional = ({ insn }: Node): boolean => {
  const op = opOf(insn.code);
  return isJump(insn) && op !== BPF_JA && op !== BPF_EXIT && op !== BPF_CALL;
};

/** A short jump; long ones (`gotol`) stay, wherever they lead. */
const isShortJump = ({ insn }: Node): boolean => insn.code === (BPF_JMP | BPF_JA);

/**
 * What no path came to is taken out. A branch of which one way was never taken becomes a jump the other way first; a jump that leads to
 * what follows goes, too.
 */
export function removeDeadCode(env: Env, listings: readonly Listing[]): void {
  const isSeen = (node: Node): boolean => env.facts.seen[node.from] === 1;
  for (const listing of listings) {
    const { nodes } = listing;
    nodes.forEach((node, i) => {
      if (!isConditional(node)) return;
      const next = nodes[i + 1];
      const target = node.target!;
      if (next !== undefined && isSeen(next) && isSeen(target)) return;
      if (next !== undefined && isSeen(next)) node.target = next;
      node.insn = jump;
      node.why = 'decided-branch';
    });
    for (let i = nodes.length - 1; i >= 0; i--) if (!isSeen(nodes[i]!)) listing.remove(i);
    removeEmptyJumps(listing);
  }
}

/** Goes through once, as the kernel does: only before a `may_goto` that goes does it look back. */
function removeEmptyJumps(listing: Listing): void {
  const { nodes } = listing;
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i]!;
    const counts = isMayGoto(node.insn);
    if (!counts && !isShortJump(node)) continue;
    if (nodes[i + 1] === undefined || entryOf(node.target!) !== nodes[i + 1]) continue;
    listing.remove(i);
    i -= counts && i > 0 ? 2 : 1;
  }
}
