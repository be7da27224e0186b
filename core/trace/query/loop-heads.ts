import { isCall, isJump, jumpOffset } from '../../isa/insn-kinds.ts';
import { EXIT, MAY_GOTO } from '../../isa/opcodes.ts';
import type { Insn } from '../../isa/insn.ts';
import type { Trace } from '../record/trace.ts';

/** Kinds of forks that say whether a loop goes round once more. */
const TURNS: ReadonlySet<string> = new Set(['next', 'may_goto', 'callback']);

/** The instructions from a jump's target to the jump that leads back to it, both included. */
interface Body {
  readonly head: number;
  readonly end: number;
}

/** Bodies of the loops that jumps backwards make, the smallest first; jumps to one place make one body. */
function bodiesOf(insns: readonly Insn[], loops: Uint32Array): Body[] {
  const ends = new Map<number, number>();
  insns.forEach((insn, at) => {
    if (!isJump(insn) || isCall(insn) || insn.code === EXIT || insn.code === MAY_GOTO) return;
    const target = at + 1 + jumpOffset(insn);
    // A jump backwards that cannot be reached again from where it leads makes no loop.
    const loop = loops[at] ?? 0;
    if (target <= at && target >= 0 && loop !== 0 && loops[target] === loop) ends.set(target, at);
  });
  return [...ends].map(([head, end]) => ({ head, end })).sort((a, b) => a.end - a.head - (b.end - b.head));
}

/**
 * The instructions at which loops decide whether to go round once more, each loop by one, ascending: an iterator's `next`, `may_goto` or a call that
 * calls back where the loop has one, else where it begins (the place that a jump backwards leads to). Only what was walked more than once.
 * @param visits how often each instruction was walked
 */
export function loopHeads(trace: Trace, insns: readonly Insn[], visits: Uint32Array): number[] {
  const { forks, loops } = trace.data;
  const turns = new Set<number>();
  for (const { kind, pc } of forks) if (TURNS.has(kind) && visits[pc]! > 1) turns.add(pc);
  const deciding = new Map<Body, number>();
  const heads = new Set<number>();
  const bodies = bodiesOf(insns, loops);
  for (const pc of turns) {
    const body = bodies.find(({ head, end }) => head <= pc && pc <= end);
    if (body === undefined) heads.add(pc);
    else if ((visits[deciding.get(body) ?? -1] ?? 0) < visits[pc]!) deciding.set(body, pc);
  }
  for (const body of bodies) {
    const pc = deciding.get(body) ?? body.head;
    if (visits[pc]! > 1) heads.add(pc);
  }
  return [...heads].sort((a, b) => a - b);
}

/** How often each instruction was walked. */
export function visitsOf(trace: Trace, count: number): Uint32Array {
  const visits = new Uint32Array(count);
  for (const pc of trace.data.pcs) visits[pc]!++;
  return visits;
}
