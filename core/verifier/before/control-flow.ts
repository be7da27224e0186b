import { BPF_CALL, BPF_EXIT, BPF_JA, BPF_JMP, opOf, classOf } from '../../isa/opcodes.ts';
import type { Insn } from '../../isa/insn.ts';
import type { Env } from '../env.ts';
import type { CallFacts } from './facts.ts';
import { EINVAL } from '../../base/errno.ts';
import {
  isJump,
  jumpOffset,
  isLoadImm64,
  isFuncAddress,
  isMayGoto,
  isKfuncCall,
  isSubprogCall,
} from '../../isa/insn-kinds.ts';

/** A call through a register: an instruction of RFC 9669 that Linux has not. */
/** Notes which instructions may follow each one within its function. Jumps have been checked to stay inside. */
export function computeSuccessors({ insns, facts }: Env): void {
  const { next, target } = facts;
  for (let i = 0; i < insns.length; i++) {
    const insn = insns[i]!;
    next[i] = target[i] = -1;
    const op = opOf(insn.code);
    const jumps = isJump(insn) && op !== BPF_CALL;
    if (op === BPF_EXIT && classOf(insn.code) === BPF_JMP) continue;
    if (jumps) target[i] = i + jumpOffset(insn) + 1;
    if (!jumps || op !== BPF_JA) next[i] = i + (isLoadImm64(insn) ? 2 : 1);
  }
}

/**
 * Depth-first walk of the control-flow graph: finds the points where states are compared (prune points), where the history must
 * remember a jump, and where a checkpoint is forced; rejects unreachable instructions.
 */
export function checkCfg(env: Env, facts: CallFacts): void {
  const { insns } = env;
  const state = new Uint8Array(insns.length);
  explore(env, facts, state);
  for (let i = 0; i < insns.length; i++) {
    env.lookingAt = i;
    if (state[i] !== EXPLORED) env.reject(EINVAL, 'unreachable', `unreachable insn ${i}`);
    if (isLoadImm64(insns[i]!)) {
      if (state[i + 1] !== 0) env.reject(EINVAL, 'jump-into-ld-imm64', `jump into the middle of ldimm64 insn ${i}`);
      i++;
    }
  }
  env.lookingAt = -1;
}

// What is known of an instruction while the graph is walked; 0 before it is met.
const DISCOVERED = 1;
const EXPLORED = 2;

/** An edge to an instruction, and whether it is a branch (a target of a jump or call) rather than what follows. */
type Edge = readonly [to: number, branch: boolean];

/** Walks the graph from the first instruction, depth first, and marks where paths meet (prune points) and where jumps lead. */
function explore(env: Env, facts: CallFacts, state: Uint8Array): void {
  const { insns } = env;
  const stack: { readonly t: number; readonly edges: readonly Edge[]; next: number }[] = [];
  const enter = (t: number): void => {
    state[t] = DISCOVERED;
    stack.push({ t, edges: edgesOf(env, facts, t), next: 0 });
  };
  enter(0);
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    env.lookingAt = top.t;
    const edge = top.edges[top.next++];
    if (edge === undefined) {
      state[top.t] = EXPLORED;
      stack.pop();
      continue;
    }
    const [to, branch] = edge;
    if (to < 0 || to >= insns.length) {
      env.text.writeLine(top.t);
      env.reject(EINVAL, 'jump-out-of-range', `jump out of range from insn ${top.t} to ${to}`);
    }
    if (branch) meet(env, to);
    if (state[to] === 0) enter(to);
  }
}

/** Paths may meet at an instruction that a jump leads to. */
function meet({ facts }: Env, i: number): void {
  facts.prunePoint[i] = 1;
  facts.jumpPoint[i] = 1;
}

/** Edges of an instruction in the order in which they are followed; marks points on the way. */
function edgesOf(env: Env, facts: CallFacts, t: number): readonly Edge[] {
  const insn = env.insns[t]!;
  const known = env.facts;
  if (isFuncAddress(insn)) {
    meet(env, t + 2);
    known.prunePoint[t] = 1;
    return [
      [t + 2, false],
      [t + insn.imm + 1, true],
    ];
  }
  if (!isJump(insn)) return [[t + (isLoadImm64(insn) ? 2 : 1), false]];
  const op = opOf(insn.code);
  if (op === BPF_EXIT) return [];
  if (op === BPF_CALL) return callEdges(env, facts, t, insn);
  if (op === BPF_JA) {
    const target = t + jumpOffset(insn) + 1;
    if (target >= 0 && target < env.insns.length) meet(env, target);
    return [[target, false]];
  }
  known.prunePoint[t] = 1;
  if (isMayGoto(insn)) known.forceCheckpoint[t] = 1;
  return [
    [t + 1, false],
    [t + jumpOffset(insn) + 1, true],
  ];
}

function callEdges(env: Env, facts: CallFacts, t: number, insn: Insn): readonly Edge[] {
  const known = env.facts;
  if (facts.callsCallback(insn)) {
    known.callsCallback[t] = 1;
    known.forceCheckpoint[t] = 1;
    meet(env, t);
  }
  if (facts.queuesCallback(insn)) known.prunePoint[t] = 1;
  if (isKfuncCall(insn) && facts.isIterNext(insn)) {
    known.prunePoint[t] = 1;
    known.forceCheckpoint[t] = 1;
    known.iterNext[t] = 1;
  }
  if (t + 1 < env.insns.length) meet(env, t + 1);
  const after: Edge = [t + 1, false];
  if (!isSubprogCall(insn)) return [after];
  known.prunePoint[t] = 1;
  return [after, [t + insn.imm + 1, true]];
}

/**
 * Postorder of each function's graph, from its entry. An instruction's successors are all claimed when it is first met and the last one is
 * followed first: the order decides how the lines about live slots come out.
 */
export function computePostorder(env: Env): void {
  const { insns } = env;
  const { next, target } = env.facts;
  const claimed = new Uint8Array(insns.length);
  const expanded = new Uint8Array(insns.length);
  env.postorder = env.subprogs.map((subprog) => {
    const order: number[] = [];
    const stack: number[] = [subprog.start];
    const claim = (i: number): void => {
      if (i < 0 || claimed[i] === 1) return;
      claimed[i] = 1;
      stack.push(i);
    };
    claimed[subprog.start] = 1;
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      if (expanded[top] === 1) {
        order.push(top);
        stack.pop();
        continue;
      }
      claim(next[top]!);
      claim(target[top]!);
      expanded[top] = 1;
    }
    return Int32Array.from(order);
  });
}
