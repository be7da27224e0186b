import type { Exploration, InsnLine } from '../../core/trace/views/view.ts';

/** How often each instruction was processed. */
export function countVisits(pcs: Uint32Array): ReadonlyMap<number, number> {
  const count = new Map<number, number>();
  for (const pc of pcs) count.set(pc, (count.get(pc) ?? 0) + 1);
  return count;
}

/** Steps that process an instruction, ascending. */
export function stepsOf(pcs: Uint32Array, pc: number): Uint32Array {
  let n = 0;
  for (let i = 0; i < pcs.length; i++) if (pcs[i] === pc) n++;
  const steps = new Uint32Array(n);
  n = 0;
  for (let i = 0; i < pcs.length; i++) if (pcs[i] === pc) steps[n++] = i + 1;
  return steps;
}

/** The step nearest to `step` that processes an instruction; 0 if none does. */
export function nearestVisit(pcs: Uint32Array, step: number, insn: number): number {
  for (let d = 0; d < pcs.length; d++) {
    if (pcs[step - 1 - d] === insn) return step - d;
    if (pcs[step - 1 + d] === insn) return step + d;
  }
  return 0;
}

/** Steps before the playhead that are searched for the loop it is in. */
const BACK = 5000;

/**
 * The instruction at which the current loop decides: the last fork before `step` that is walked more than once; else the one walked most
 * often; else the instruction of the step itself. Null when nothing was walked.
 */
export function loopInsn(
  exploration: Exploration,
  insns: readonly InsnLine[],
  visits: ReadonlyMap<number, number>,
  step: number,
): number | null {
  const { pcs } = exploration;
  const turns = (pc: number) => (insns[pc]?.forks ?? false) && (visits.get(pc) ?? 0) > 1;
  for (let s = Math.min(step, pcs.length); s >= Math.max(1, step - BACK); s--)
    if (turns(pcs[s - 1]!)) return pcs[s - 1]!;
  let best: number | null = null;
  for (const [pc, n] of visits) if (turns(pc) && (best === null || n > visits.get(best)!)) best = pc;
  return best ?? pcs[step - 1] ?? null;
}
