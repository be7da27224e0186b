import {
  BPF_ABS,
  BPF_IND,
  BPF_ALU,
  BPF_ALU64,
  BPF_ATOMIC,
  BPF_CALL,
  BPF_CMPXCHG,
  BPF_DW,
  BPF_EXIT,
  BPF_FETCH,
  BPF_IMM,
  BPF_JA,
  BPF_JCOND,
  BPF_JMP,
  BPF_JMP32,
  BPF_LD,
  BPF_LDX,
  BPF_LOAD_ACQ,
  BPF_MEM,
  BPF_MEMSX,
  BPF_MOV,
  BPF_PSEUDO_BTF_ID,
  BPF_PSEUDO_FUNC,
  BPF_PSEUDO_MAP_FD,
  BPF_PSEUDO_MAP_IDX,
  BPF_PSEUDO_MAP_IDX_VALUE,
  BPF_ST,
  BPF_STORE_REL,
  BPF_STX,
  BPF_X,
} from '../../isa/opcodes.ts';
import { formsOf } from '../../isa/table.ts';
import type { Insn } from '../../isa/insn.ts';
import { checkKernelSymbol } from '../memory/kernel-symbols.ts';
import { checkFieldsAllowed } from '../memory/map-fields.ts';
import type { Env } from '../env.ts';
import type { Subprog } from './facts.ts';
import { E2BIG, EBADF, EINVAL, ENOTSUPP, EPROTO } from '../env.ts';
import { SLEEPABLE } from '../../kernel/rules/program-types.ts';
import { gplCompatible } from '../calls/license.ts';

/** A call through a register: an instruction of RFC 9669 that Linux has not. */
const CALLX = BPF_JMP | BPF_CALL | BPF_X;

export const opClass = (insn: Insn): number => insn.code & 7;
export const opOf = (insn: Insn): number => insn.code & 0xf0;
export const isJump = (insn: Insn): boolean => opClass(insn) === BPF_JMP || opClass(insn) === BPF_JMP32;
export const isCall = (insn: Insn): boolean => insn.code === (BPF_JMP | BPF_CALL);
/** Call of a function of the program (BPF_PSEUDO_CALL). */
export const isSubprogCall = (insn: Insn): boolean => isCall(insn) && insn.src === 1;
/** Call of a kernel function (BPF_PSEUDO_KFUNC_CALL). */
export const isKfuncCall = (insn: Insn): boolean => isCall(insn) && insn.src === 2;
export const isHelperCall = (insn: Insn): boolean => isCall(insn) && insn.src === 0;
export const isLoadImm64 = (insn: Insn): boolean => insn.code === (BPF_LD | BPF_IMM | BPF_DW);
/** Load of a function's address (BPF_PSEUDO_FUNC). */
export const isFuncAddress = (insn: Insn): boolean => isLoadImm64(insn) && insn.src === 4;
export const isMayGoto = (insn: Insn): boolean => insn.code === (BPF_JMP | BPF_JCOND) && insn.src === 0;

/** Legacy loads of packet data (`ld_abs`, `ld_ind`). */
export const isPacketLoad = (insn: Insn): boolean =>
  opClass(insn) === BPF_LD && ((insn.code & 0xe0) === BPF_ABS || (insn.code & 0xe0) === BPF_IND);

/** Distance of a jump: `off`, or `imm` for the long `gotol`. */
export const jumpOffset = (insn: Insn): number => (insn.code === (BPF_JMP32 | BPF_JA) ? insn.imm : insn.off);

/** Notes which instructions may follow each one within its function. Jumps have been checked to stay inside. */
export function computeSuccessors({ insns, facts }: Env): void {
  const { next, target } = facts;
  for (let i = 0; i < insns.length; i++) {
    const insn = insns[i]!;
    next[i] = target[i] = -1;
    const op = opOf(insn);
    const jumps = isJump(insn) && op !== BPF_CALL;
    if (op === BPF_EXIT && opClass(insn) === BPF_JMP) continue;
    if (jumps) target[i] = i + jumpOffset(insn) + 1;
    if (!jumps || op !== BPF_JA) next[i] = i + (isLoadImm64(insn) ? 2 : 1);
  }
}

/** Number of the function that starts at an instruction, or -1. */
export function subprogAt(env: Env, insn: number): number {
  return env.subprogs.findIndex((subprog) => subprog.start === insn);
}

/** Number of the function that an instruction lies in. */
export function subprogOf(env: Env, insn: number): number {
  let i = env.subprogs.length - 1;
  while (env.subprogs[i]!.start > insn) i--;
  return i;
}

/** Calls of kernel functions must name one, even where they are never reached. A number of 0 is left to the walk. */
function checkKfuncId(env: Env, { imm, off }: Insn): void {
  if (!gplCompatible(env.object.license))
    env.reject(EINVAL, 'gpl-only', 'cannot call kernel function from non-GPL compatible program');
  if (imm === 0 && off === 0) return;
  if (off !== 0) {
    // Those of modules are found by a table of BTF descriptors, which no program has here.
    env.say(
      off < 0
        ? 'negative offset disallowed for kernel module function call\n'
        : 'kfunc offset > 0 without fd_array is invalid\n',
    );
    env.reject(off < 0 ? EINVAL : EPROTO, 'bad-kfunc', 'failed to find BTF for kernel function');
  }
  const { kernelBtf } = env;
  if (imm < 0 || imm >= kernelBtf.count || kernelBtf.type(imm).kind !== 'func')
    env.reject(EINVAL, 'bad-kfunc', `kernel btf_id ${imm >>> 0} is not a function`);
}

/** Finds the functions: targets of calls and of function addresses. */
export function findSubprogs(env: Env): void {
  const starts = new Set<number>([0]);
  env.insns.forEach((insn, i) => {
    env.lookingAt = i;
    if (isKfuncCall(insn)) checkKfuncId(env, insn);
    if (!isSubprogCall(insn) && !isFuncAddress(insn)) return;
    const target = i + insn.imm + 1;
    if (target < 0 || target >= env.insns.length) env.reject(EINVAL, 'bad-call-target', 'call to invalid destination');
    starts.add(target);
    if (starts.size > env.limits.subprograms) env.reject(E2BIG, 'too-many-subprograms', 'too many subprograms');
  });
  env.lookingAt = -1;
  const sorted = [...starts].sort((a, b) => a - b);
  const btf = env.progBtf;
  const funcs = env.program.funcInfo;
  env.subprogs = sorted.map((start, k): Subprog => {
    const info = funcs.find((f) => f.insn === start);
    const func = info !== undefined && btf !== null ? btf.type(info.typeId) : null;
    return {
      start,
      end: sorted[k + 1] ?? env.insns.length,
      name: func?.name ?? '',
      global: func !== null && func.kind === 'func' && func.linkage === 1,
      stackDepth: 0,
      hasTailCall: false,
      hasPacketLoad: false,
      unreliable: false,
      called: false,
    };
  });
  if (env.loggingAll) env.subprogs.forEach((s, k) => env.log.write(`func#${k} @${s.start}\n`));
}

/** Jumps must stay in their function, and a function must not run into the next. */
export function checkSubprogs(env: Env): void {
  for (const subprog of env.subprogs) {
    for (let i = subprog.start; i < subprog.end; i++) {
      env.lookingAt = i;
      const insn = env.insns[i]!;
      const op = opOf(insn);
      if (isHelperCall(insn) && insn.imm === 12) subprog.hasTailCall = true;
      if (isPacketLoad(insn)) subprog.hasPacketLoad = true;
      if (isJump(insn) && op !== BPF_EXIT && op !== BPF_CALL) {
        // 32 bits wide, as the kernel counts: a long jump may wrap.
        const target = (i + jumpOffset(insn) + 1) | 0;
        if (target < subprog.start || target >= subprog.end)
          env.reject(EINVAL, 'jump-out-of-range', `jump out of range from insn ${i} to ${target}`);
      }
      if (
        i === subprog.end - 1 &&
        insn.code !== (BPF_JMP | BPF_EXIT) &&
        insn.code !== (BPF_JMP32 | BPF_JA) &&
        insn.code !== (BPF_JMP | BPF_JA)
      )
        env.reject(EINVAL, 'no-exit', 'last insn is not an exit or jmp');
    }
  }
  env.lookingAt = -1;
}

/** Instructions must be well formed: known opcodes, whole 64-bit immediates. */
export function checkEncoding(env: Env): void {
  const insns = env.insns;
  for (let i = 0; i < insns.length; i++) {
    env.lookingAt = i;
    const insn = insns[i]!;
    const mode = insn.code & 0xe0;
    if (opClass(insn) === BPF_LDX && ((mode !== BPF_MEM && mode !== BPF_MEMSX) || insn.imm !== 0))
      env.reject(EINVAL, 'reserved-field', 'BPF_LDX uses reserved fields');
    if (isLoadImm64(insn)) {
      const next = insns[i + 1];
      if (next === undefined || next.code !== 0 || next.dst !== 0 || next.src !== 0 || next.off !== 0)
        env.reject(EINVAL, 'bad-ld-imm64', 'invalid bpf_ld_imm64 insn');
      if (insn.src !== 0) checkImm64Source(env, i, insn, next);
      i++;
      continue;
    }
    if (formsOf(insn.code).length === 0 || insn.code === CALLX)
      env.reject(EINVAL, 'unknown-opcode', `unknown opcode ${insn.code.toString(16).padStart(2, '0')}`);
  }
  env.lookingAt = -1;
}

/** A descriptor that no relocation filled: 0 to 2 are a program's files, and what others are is not known. */
function noMap(env: Env, descriptor: number): never {
  if (descriptor > 2) return env.unsupported(`the descriptor ${descriptor} that no relocation fills`);
  return env.reject(
    descriptor < 0 ? EBADF : EINVAL,
    'unfilled-map',
    `fd ${descriptor} is not pointing to valid bpf_map`,
    { descriptor },
  );
}

/** A 64-bit load that stands for something else than its number: the map must be there, and its value at that place. */
function checkImm64Source(env: Env, index: number, insn: Insn, next: Insn): void {
  const { src } = insn;
  if (src === BPF_PSEUDO_BTF_ID) return checkKernelSymbol(env, insn, next);
  if (src === BPF_PSEUDO_FUNC) return;
  const whole = src === BPF_PSEUDO_MAP_FD || src === BPF_PSEUDO_MAP_IDX;
  if (src > BPF_PSEUDO_MAP_IDX_VALUE || (whole && next.imm !== 0))
    env.reject(EINVAL, 'bad-ld-imm64', 'unrecognized bpf_ld_imm64 insn');
  if (src === BPF_PSEUDO_MAP_IDX || src === BPF_PSEUDO_MAP_IDX_VALUE)
    env.reject(EPROTO, 'bad-ld-imm64', 'fd_idx without fd_array is invalid');
  if (env.program.unfilled?.has(index) === true) noMap(env, insn.imm);
  const map = env.maps[insn.imm];
  if (map === undefined) return env.reject(EBADF, 'bad-ld-imm64', 'fd -1 is not pointing to valid bpf_map');
  checkFieldsAllowed(env, map);
  if ((env.program.flags & SLEEPABLE) !== 0 && !env.kernel.maps.mayFault(map))
    env.reject(EINVAL, 'bad-map', 'Sleepable programs can only use array, hash, ringbuf and local storage maps');
  if (whole) return;
  const off = next.imm >>> 0;
  const { known, direct } = env.kernel.maps.type(map);
  if (!known) env.unsupported(`values of maps of ${env.kernel.maps.type(map).name}`);
  if (off >= 1 << 29) env.reject(EINVAL, 'bad-ld-imm64', `direct value offset of ${off} is not allowed`);
  if (!direct) env.reject(EINVAL, 'bad-ld-imm64', 'no direct value access support for this map type');
  if (map.maxEntries !== 1 || off >= map.valueSize)
    env.reject(
      map.maxEntries !== 1 ? ENOTSUPP : EINVAL,
      'bad-ld-imm64',
      `invalid access to map value pointer, value_size=${map.valueSize} off=${off}`,
    );
}

/** What the control-flow check asks of the kernel's functions. */
export interface CallFacts {
  /** Number of arguments that a helper or kfunc call reads. Null when it is not known (all five then). */
  readonly argCount: (insn: Insn) => number | null;
  readonly isIterNext: (insn: Insn) => boolean;
  readonly callsCallback: (insn: Insn) => boolean;
  /** The kernel will call a function of the program later. */
  readonly queuesCallback: (insn: Insn) => boolean;
}

/**
 * Depth-first walk of the control-flow graph: finds the points where states are compared (prune points), where the history must
 * remember a jump, and where a checkpoint is forced; rejects unreachable instructions.
 */
export function checkCfg(env: Env, facts: CallFacts): void {
  const { insns } = env;
  const f = env.facts;
  const DISCOVERED = 1;
  const EXPLORED = 2;
  const state = new Uint8Array(insns.length);
  const point = (i: number): void => {
    f.prunePoint[i] = 1;
  };
  const jump = (i: number): void => {
    f.jumpPoint[i] = 1;
  };
  // Edges of an instruction in the order in which they are followed; marks points on the way.
  const edges = (t: number): [number, boolean][] => {
    const insn = insns[t]!;
    if (isFuncAddress(insn)) {
      point(t + 2);
      jump(t + 2);
      point(t);
      return [
        [t + 2, false],
        [t + insn.imm + 1, true],
      ];
    }
    if (!isJump(insn)) return [[t + (isLoadImm64(insn) ? 2 : 1), false]];
    const op = opOf(insn);
    if (op === BPF_EXIT) return [];
    if (op === BPF_CALL) {
      if (facts.callsCallback(insn)) {
        f.callsCallback[t] = 1;
        f.forceCheckpoint[t] = 1;
        point(t);
        jump(t);
      }
      if (facts.queuesCallback(insn)) point(t);
      if (isKfuncCall(insn) && facts.isIterNext(insn)) {
        point(t);
        f.forceCheckpoint[t] = 1;
        f.iterNext[t] = 1;
      }
      if (t + 1 < insns.length) {
        point(t + 1);
        jump(t + 1);
      }
      const out: [number, boolean][] = [[t + 1, false]];
      if (isSubprogCall(insn)) {
        point(t);
        out.push([t + insn.imm + 1, true]);
      }
      return out;
    }
    if (op === BPF_JA) {
      const target = t + jumpOffset(insn) + 1;
      if (target >= 0 && target < insns.length) {
        point(target);
        jump(target);
      }
      return [[target, false]];
    }
    point(t);
    if (isMayGoto(insn)) f.forceCheckpoint[t] = 1;
    return [
      [t + 1, false],
      [t + jumpOffset(insn) + 1, true],
    ];
  };
  const stack: { t: number; edges: [number, boolean][]; next: number }[] = [];
  const enter = (t: number): void => {
    state[t] = DISCOVERED;
    stack.push({ t, edges: edges(t), next: 0 });
  };
  const exploreFrom = (start: number): void => {
    enter(start);
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      env.lookingAt = top.t;
      const edge = top.edges[top.next++];
      if (edge === undefined) {
        state[top.t] = EXPLORED;
        stack.pop();
        continue;
      }
      const [w, branch] = edge;
      if (w < 0 || w >= insns.length) {
        env.text.writeLine(top.t);
        env.reject(EINVAL, 'jump-out-of-range', `jump out of range from insn ${top.t} to ${w}`);
      }
      if (branch) {
        point(w);
        jump(w);
      }
      if (state[w] === 0) enter(w);
    }
  };
  exploreFrom(0);
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

const ALL_REGS = 0x3ff;
const CALLER_SAVED = 0x3f;
const ARGS = 0x3e;

/** Registers that an instruction reads and writes, as bit masks. */
function usesAndDefs(env: Env, i: number, facts: CallFacts): [number, number] {
  const insn = env.insns[i]!;
  const cls = opClass(insn);
  const dst = 1 << insn.dst;
  const src = 1 << insn.src;
  const mode = insn.code & 0xe0;
  const op = opOf(insn);
  switch (cls) {
    case BPF_LD:
      if (mode === BPF_IMM) return [0, dst];
      // Legacy packet loads count as uses of everything.
      return [ALL_REGS, 0];
    case BPF_LDX:
      return [src, dst];
    case BPF_ST:
      return [dst, 0];
    case BPF_STX:
      if (mode !== BPF_ATOMIC) return [dst | src, 0];
      if (insn.imm === BPF_CMPXCHG) return [1 | dst | src, 1];
      if (insn.imm === BPF_LOAD_ACQ) return [src, dst];
      if (insn.imm === BPF_STORE_REL) return [dst | src, 0];
      return [dst | src, (insn.imm & BPF_FETCH) !== 0 ? src : 0];
    case BPF_ALU:
    case BPF_ALU64:
      if (op === BPF_MOV) return [(insn.code & 8) === BPF_X ? src : 0, dst];
      if (op === 0xd0 || op === 0x80) return [dst, dst];
      return [(insn.code & 8) === BPF_X ? dst | src : dst, dst];
    default: {
      if (op === BPF_JA || op === BPF_JCOND) return [0, 0];
      if (op === BPF_EXIT) return [1, 0];
      if (op === BPF_CALL) {
        const count = insn.src === 0 || insn.src === 2 ? facts.argCount(insn) : null;
        return [count === null ? ARGS : ((1 << (count + 1)) - 1) & ARGS, CALLER_SAVED];
      }
      return [(insn.code & 8) === BPF_X ? dst | src : dst, 0];
    }
  }
}

/** Which registers are live before each instruction: a backward fixed point, and its table in the log at level 2. */
export function computeLiveRegs(env: Env, facts: CallFacts): void {
  const { insns } = env;
  const live = env.facts.liveRegs;
  const use = new Uint16Array(insns.length);
  const def = new Uint16Array(insns.length);
  for (let i = 0; i < insns.length; i++) {
    const [u, d] = usesAndDefs(env, i, facts);
    use[i] = u;
    def[i] = d;
    if (isLoadImm64(insns[i]!)) i++;
  }
  const { next, target } = env.facts;
  let changed = true;
  while (changed) {
    changed = false;
    for (const order of env.postorder) {
      for (const i of order) {
        const a = next[i]!;
        const b = target[i]!;
        const after = (a < 0 ? 0 : live[a]!) | (b < 0 ? 0 : live[b]!);
        const before = (after & ~def[i]!) | use[i]!;
        if (before !== live[i]) {
          live[i] = before;
          changed = true;
        }
      }
    }
  }
  if (!env.loggingAll) return;
  let text = 'Live regs before insn:\n';
  for (let i = 0; i < insns.length; i++) {
    const scc = env.facts.scc[i]!;
    let regs = '';
    for (let r = 0; r < 10; r++) regs += (live[i]! & (1 << r)) !== 0 ? String(r) : '.';
    text += `${scc === 0 ? '    ' : `${String(scc).padStart(3)} `}${String(i).padStart(3)}: ${regs} ${env.text.plainInsnText(i)}\n`;
    if (isLoadImm64(insns[i]!)) i++;
  }
  env.log.write(text);
}
