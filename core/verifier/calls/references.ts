import type { Env } from '../env.ts';
import { UNKNOWN_REG } from '../regs.ts';

/** A new reference, made by the running instruction: it must be given back. */
export function acquireReference(env: Env): number {
  const id = env.newId();
  env.state.refs = [...env.state.refs, { id, insn: env.insnIdx }];
  return id;
}

/** Gives a reference back: every pointer that came from it is gone. */
export function releaseReference(env: Env, id: number): void {
  env.state.refs = env.state.refs.filter((ref) => ref.id !== id);
  for (const frame of env.state.frames) {
    for (let r = 0; r < 11; r++) if (frame.regs[r]!.refObjId === id) frame.regs[r] = UNKNOWN_REG;
    frame.stack.forEach((slot, s) => {
      if (slot.spilled !== null && slot.spilled.refObjId === id) frame.stack[s] = { ...slot, spilled: UNKNOWN_REG };
    });
  }
}
