import { isTraced, PROG_TRACING, TRACE_FENTRY, TRACE_FEXIT } from '../../kernel/rules/programs.ts';
import type { Env } from '../env.ts';
import { E2BIG, EACCES, EINVAL } from '../../base/errno.ts';
import type { Facts } from '../rejection.ts';
import type { Insn } from '../../isa/insn.ts';
import { isFuncAddress, isKfuncCall, isSubprogCall } from '../../isa/insn-kinds.ts';
import { subprogAt } from '../before/subprograms.ts';

/** Frames from this size on get a stack of their own where the program type allows it. */
const PRIVATE_MIN = 64;

/** What a frame costs: its stack rounded to 16 bytes, as the JIT lays it out. */
const rounded = (depth: number): number => Math.ceil(depth / 16) * 16;

/** Tracing programs may nest on one CPU: their large frames live outside the kernel's stack. */
function hasPrivateStack(env: Env): boolean {
  if (env.subprogs.some((subprog) => subprog.hasTailCall)) return false;
  const { type, expectedAttachType: attach } = env.program;
  return isTraced(type) || (type === PROG_TRACING && (attach === TRACE_FENTRY || attach === TRACE_FEXIT));
}

/** A call that ends the program. */
function throws(env: Env, insn: Insn): boolean {
  if (!isKfuncCall(insn) || insn.imm <= 0 || insn.off !== 0) return false;
  return env.kernel.kfuncs.find(env.kernelBtf.type(insn.imm).name)?.descriptor.effect === 'throw';
}

/** The stacks of functions that call each other must fit in 512 bytes together, 8 frames deep at most. */
export function checkStackDepth(env: Env): void {
  const privateStack = hasPrivateStack(env);
  const visit = (number: number, above: number, chain: readonly number[]): void => {
    const subprog = env.subprogs[number]!;
    const frames = chain.length;
    // Which functions share the stack, and what each of them takes.
    const shared = (
      size: number,
      limit: number,
      of: readonly number[],
      tail: number | null = null,
    ): Facts['stack-too-deep'] => ({
      size,
      limit,
      functions: of.map((n) => ({ number: n, bytes: rounded(env.subprogs[n]!.stackDepth) })),
      tail,
    });
    const own = rounded(subprog.stackDepth);
    if (number !== 0 && subprog.hasTailCall && above >= env.limits.stackBeforeTailCall)
      env.reject(
        EACCES,
        'stack-too-deep',
        `tail_calls are not allowed when call stack of previous frames is ${above} bytes. Too large`,
        shared(above, env.limits.stackBeforeTailCall, chain.slice(0, -1), number),
      );
    let depth = above;
    if (privateStack && own >= PRIVATE_MIN) {
      if (own > env.limits.stack)
        env.reject(
          EACCES,
          'stack-too-deep',
          `stack size of subprog ${number} is ${own}. Too large`,
          shared(own, env.limits.stack, [number]),
        );
    } else {
      depth += own;
      if (depth > env.limits.stack)
        env.reject(
          EACCES,
          'stack-too-deep',
          `combined stack size of ${frames} calls is ${depth}. Too large`,
          shared(depth, env.limits.stack, chain),
        );
    }
    for (let i = subprog.start; i < subprog.end; i++) {
      const insn = env.insns[i]!;
      if (throws(env, insn) && chain.some((n) => env.subprogs[n]!.callback === true))
        env.reject(
          EINVAL,
          'bad-callback',
          `bpf_throw kfunc (insn ${i}) cannot be called from callback subprog ${number}`,
          { why: 'throws' },
        );
      if (!isSubprogCall(insn) && !isFuncAddress(insn)) continue;
      const callee = subprogAt(env, i + insn.imm + 1);
      // What the kernel calls by itself has the stack for itself.
      if (!isSubprogCall(insn) && env.subprogs[callee]!.async === true) continue;
      if (frames >= env.limits.frames)
        env.reject(E2BIG, 'too-many-frames', `the call stack of ${frames} frames is too deep !`);
      visit(callee, depth, [...chain, callee]);
    }
  };
  env.subprogs.forEach((subprog, number) => {
    if (number === 0 || subprog.async === true) visit(number, 0, [number]);
  });
}
