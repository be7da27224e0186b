import { BPF_CALL, BPF_EXIT, BPF_JA, BPF_JMP, BPF_JMP32, opOf } from '../../isa/opcodes.ts';
import type { Insn } from '../../isa/insn.ts';
import type { Env } from '../env.ts';
import type { Subprog } from './facts.ts';
import { E2BIG, EINVAL, EPROTO } from '../../base/errno.ts';
import { gplCompatible } from '../calls/license.ts';
import {
  isKfuncCall,
  isSubprogCall,
  isFuncAddress,
  isHelperCall,
  isPacketLoad,
  isJump,
  jumpOffset,
} from '../../isa/insn-kinds.ts';

/** A call through a register: an instruction of RFC 9669 that Linux has not. */
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

/** What a network device tells of a packet: for programs that are loaded for that device alone, which none is here. */
const DEVICE_METADATA: ReadonlySet<string> = new Set(
  ['hash', 'timestamp', 'vlan_tag'].map((name) => `bpf_xdp_metadata_rx_${name}`),
);

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
  if (DEVICE_METADATA.has(kernelBtf.type(imm).name))
    env.reject(EINVAL, 'bad-kfunc', 'metadata kfuncs require device-bound program');
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
      const op = opOf(insn.code);
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
