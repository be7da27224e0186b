import type { Env } from './env.ts';
import { E2BIG, EACCES, MAX_FRAMES, MAX_STACK } from './env.ts';
import { isFuncAddress, isSubprogCall, subprogAt } from './program.ts';

/** What a frame costs: its stack rounded to 32 bytes, as the JIT lays it out. */
const rounded = (depth: number): number => Math.ceil(Math.max(depth, 1) / 16) * 16;

/** The stacks of functions that call each other must fit in 512 bytes together, 8 frames deep at most. */
export function checkStackDepth(env: Env): void {
  const visit = (number: number, above: number, frames: number): void => {
    const subprog = env.subprogs[number]!;
    const depth = above + rounded(subprog.stackDepth);
    if (depth > MAX_STACK)
      env.reject(EACCES, 'stack-too-deep', `combined stack size of ${frames} calls is ${depth}. Too large`);
    for (let i = subprog.start; i < subprog.end; i++) {
      const insn = env.insns[i]!;
      if (!isSubprogCall(insn) && !isFuncAddress(insn)) continue;
      if (frames >= MAX_FRAMES)
        env.reject(E2BIG, 'too-many-frames', `the call stack of ${frames} frames is too deep !`);
      visit(subprogAt(env, i + insn.imm + 1), depth, frames + 1);
    }
  };
  visit(0, 0, 1);
}
