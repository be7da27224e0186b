import type { EngineApi } from '../../core/engine/protocol.ts';
import type { RegView, StepView } from '../../core/trace/view.ts';
import { placeIn, valueOf } from './axis.ts';

/** States that are asked for at one instruction. */
const TRIES = 48;
/** Places on the axis are rounded: two that differ by less are one. */
const NEAR = 1e-9;

/** Whether what is shown of a register leaves room for a concrete value. Pointers are not compared: their numbers are the machine's. */
export function holds(reg: RegView, text: string): boolean {
  const value = valueOf(text);
  if (value === null) return true;
  if (reg.kind === 'null') return value === 0n;
  if (reg.kind !== 'scalar') return reg.kind !== 'pointer' || value !== 0n || reg.kernel.includes('or_null');
  const constant = valueOf(reg.kernel.replace(/^P/, ''));
  if (constant !== null) return BigInt.asUintN(64, constant) === BigInt.asUintN(64, value);
  const at = reg.range === undefined ? null : placeIn(reg.range, text);
  return at === null || (at >= reg.range!.from - NEAR && at <= reg.range!.to + NEAR);
}

/** Whether a state has room for the registers r0, r1, … of a run. */
export function covers(view: StepView, regs: readonly string[]): boolean {
  return (view.frames.at(-1)?.regs ?? []).every((reg) => {
    const value = regs[Number(reg.name.slice(1))];
    return value === undefined || holds(reg, value);
  });
}

/** Steps to look at: those that process `pc`, the ones nearest to `near` first. */
export function visitsOf(pcs: Uint32Array, pc: number, near: number): readonly number[] {
  const steps: number[] = [];
  for (let d = 0; d < pcs.length && steps.length < TRIES; d++) {
    if (pcs[near - 1 + d] === pc) steps.push(near + d);
    if (d > 0 && pcs[near - 1 - d] === pc) steps.push(near - d);
  }
  return steps;
}

/** A state that the verifier walked at `pc`, and whether it has room for the values of the run. */
export interface Match {
  readonly view: StepView;
  readonly covers: boolean;
}

/** The walked state, nearest to `near`, that has room for the values of the run; else the nearest one; null where none was walked. */
export async function matchState(
  engine: EngineApi,
  session: number,
  pcs: Uint32Array,
  pc: number,
  regs: readonly string[],
  near: number,
  stopped: () => boolean,
): Promise<Match | null> {
  let nearest: StepView | null = null;
  for (const step of visitsOf(pcs, pc, Math.max(1, near))) {
    const view = await engine.step(session, step);
    if (stopped()) return null;
    if (covers(view, regs)) return { view, covers: true };
    nearest ??= view;
  }
  return nearest === null ? null : { view: nearest, covers: false };
}
