import type { Env } from '../env.ts';
import { isLoadImm64 } from '../../isa/insn-kinds.ts';

/** A call through a register: an instruction of RFC 9669 that Linux has not. */
/** Numbers the loops: strongly connected components of more than one instruction, or of one that jumps to itself (Tarjan). */
export function computeScc(env: Env): void {
  const { insns } = env;
  const { next, target } = env.facts;
  const n = insns.length;
  const pre = new Int32Array(n);
  const low = new Int32Array(n);
  const DONE = 0x7fffffff;
  const stack: number[] = [];
  // Instructions whose successors are being followed, and how many of each were.
  const dfs: number[] = [];
  const followed = new Uint8Array(n);
  let order = 1;
  let nextScc = 1;
  const enter = (w: number): void => {
    pre[w] = low[w] = order++;
    stack.push(w);
    dfs.push(w);
  };
  for (let i = 0; i < n; i++) {
    if (pre[i] !== 0) continue;
    if (i > 0 && isLoadImm64(insns[i - 1]!) && insns[i]!.code === 0) continue;
    enter(i);
    while (dfs.length > 0) {
      const top = dfs[dfs.length - 1]!;
      const step = followed[top]!;
      if (step < 2) {
        const v = step === 0 ? next[top]! : target[top]!;
        if (v >= 0 && pre[v] === 0) {
          enter(v);
          continue;
        }
        followed[top] = step + 1;
        if (v >= 0) low[top] = Math.min(low[top]!, low[v]!);
        continue;
      }
      dfs.pop();
      if (low[top] === pre[top]) {
        const loop = stack[stack.length - 1] !== top || next[top] === top || target[top] === top;
        let member: number;
        do {
          member = stack.pop()!;
          low[member] = DONE;
          if (loop) env.facts.scc[member] = nextScc;
        } while (member !== top);
        if (loop) nextScc++;
      }
      const below = dfs[dfs.length - 1];
      if (below !== undefined) low[below] = Math.min(low[below]!, low[top]!);
    }
  }
}
