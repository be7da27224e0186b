import { visitCheckpoint } from './track/checkpoints.ts';
import { updateBranchCounts } from './track/loops.ts';
import {
  BPF_ALU,
  BPF_ALU64,
  BPF_ATOMIC,
  BPF_CALL,
  BPF_EXIT,
  BPF_IND,
  BPF_JMP,
  BPF_LD,
  BPF_LDX,
  BPF_MEM,
  BPF_ST,
} from '../isa/opcodes.ts';
import type { Insn } from '../isa/insn.ts';
import {
  CONST_PTR_TO_MAP,
  MEM_RDONLY,
  PTR_MAYBE_NULL,
  PTR_TO_BTF_ID,
  PTR_TO_CTX,
  PTR_TO_DYNPTR,
  PTR_TO_FUNC,
  PTR_TO_MAP_VALUE,
  PTR_TO_MEM,
  PTR_TRUSTED,
  PTR_UNTRUSTED,
  Reg,
} from './values/reg.ts';
import { checkAlu } from './insns/alu.ts';
import { checkAtomic } from './insns/atomics.ts';
import type { Env } from './env.ts';
import { E2BIG, EFAULT, EINVAL } from '../base/errno.ts';
import { Stopped } from './env.ts';
import { checkHelperCall } from './calls/helper-calls.ts';
import { pushHistory } from './track/history.ts';
import { checkJump } from './insns/jumps.ts';
import { kernelSymbol } from './memory/kernel-symbols.ts';
import { checkKfuncCall } from './calls/kfunc-calls.ts';
import { checkCallWhileLocked } from './calls/locks.ts';
import { stateText } from './log.ts';
import { loadFrom, storeTo } from './insns/loads-stores.ts';
import { checkFixedOffset } from './memory/fixed-offset.ts';
import { isSignExtending } from './memory/memory.ts';
import { SLEEPABLE } from '../kernel/rules/program-types.ts';
import { mayLoadPackets } from '../kernel/rules/programs.ts';
import { isPacketLoad } from '../isa/insn-kinds.ts';
import { subprogOf } from './before/subprograms.ts';
import { clearCallerSaved, readReg, setReg, UNKNOWN_REG, writableReg, ZERO_REG } from './regs.ts';
import { Scalar } from './values/scalar/index.ts';
import { VState } from './values/state.ts';
import { prepareArguments } from './calls/subprog-args.ts';
import { checkExit, checkLeaks, checkSubprogCall, mayLeaveFunction, newFrame } from './calls/subprog-calls.ts';

const SIZES: readonly number[] = [4, 2, 1, 8];
const sizeOf = (code: number): number => SIZES[(code >> 3) & 3]!;

/** Verifies one function: the program itself, or a global one by itself. */
export function* walkFunction(env: Env, subprog: number): Generator<undefined, void> {
  const state = new VState();
  const { start, name } = env.subprogs[subprog]!;
  state.frames = [newFrame(0, subprog, -1)];
  state.firstInsn = start;
  state.inSleepable = (env.program.flags & SLEEPABLE) !== 0;
  env.state = state;
  env.insnIdx = start;
  env.prevInsnIdx = -1;
  env.text.forgetLine();
  env.liveness.forgetChain();
  env.scratched.all();
  setUpArguments(env, subprog, name);
  env.walking = true;
  const place: Place = { prevIdx: -1, printState: false, path: 0, nextPath: 1, begun: false };
  while (!walk(env, place)) yield;
  env.checkpoints.clear();
  env.walking = false;
  if (!env.loggingAll) env.log.reset(env.logStart);
}

function setUpArguments(env: Env, subprog: number, name: string): void {
  const regs = env.state.top.regs;
  if (subprog === 0) {
    if (env.program.funcInfo.length > 0) {
      const prepared = prepareArguments(env, 0);
      if ('errno' in prepared || prepared.args.length !== 1 || prepared.args[0]!.kind !== 'ctx')
        env.subprogs[0]!.unreliable = true;
    }
    regs[1] = Reg.pointer(PTR_TO_CTX);
    return;
  }
  if (env.logging) env.log.write(`Validating ${name}() func#${subprog}...\n`);
  const prepared = prepareArguments(env, subprog);
  if ('errno' in prepared) return env.reject(prepared.errno, 'bad-global-function', '');
  prepared.args.forEach((arg, i) => {
    switch (arg.kind) {
      case 'ctx':
        regs[i + 1] = Reg.pointer(PTR_TO_CTX);
        break;
      case 'scalar':
        regs[i + 1] = UNKNOWN_REG;
        break;
      case 'mem':
        regs[i + 1] = Reg.pointer(PTR_TO_MEM | (arg.nullable ? PTR_MAYBE_NULL : 0), {
          memSize: arg.size,
          id: arg.nullable ? env.newId() : 0,
        });
        break;
      case 'dynptr':
        regs[i + 1] = Reg.pointer(PTR_TO_DYNPTR, { id: env.newId() });
        break;
      case 'untrusted-mem':
        regs[i + 1] = Reg.pointer(PTR_TO_MEM | MEM_RDONLY | PTR_UNTRUSTED);
        break;
      case 'btf': {
        const flags = (arg.trusted ? PTR_TRUSTED : PTR_UNTRUSTED) | (arg.nullable ? PTR_MAYBE_NULL : 0);
        regs[i + 1] = Reg.pointer(PTR_TO_BTF_ID | flags, { btfId: arg.btfId, id: env.newId() });
      }
    }
  });
}

/** Where a walk was interrupted. */
interface Place {
  prevIdx: number;
  printState: boolean;
  path: number;
  nextPath: number;
  begun: boolean;
}

/** Walks on from `place` until every path is done; false when the budget asked for a pause, and then `place` says where to go on. */
function walk(env: Env, place: Place): boolean {
  const { insns, sink, budget } = env;
  let { prevIdx, printState, path, nextPath } = place;
  const resumedAt = env.processed;
  if (!place.begun) sink?.onPathStart(path, -1, env.insnIdx);
  place.begun = true;
  for (;;) {
    if ((env.processed & 0xff) === 0xff && env.processed !== resumedAt && budget.pause?.() === true) {
      place.prevIdx = prevIdx;
      place.printState = printState;
      place.path = path;
      place.nextPath = nextPath;
      return false;
    }
    env.historyEntry = null;
    env.prevInsnIdx = prevIdx;
    env.beginInsn();
    if (env.insnIdx >= insns.length)
      env.reject(EFAULT, 'runs-off-the-end', `invalid insn idx ${env.insnIdx} insn_cnt ${insns.length}`);
    const insn = insns[env.insnIdx]!;
    if (++env.processed > env.limits.processed) {
      // The instruction that is one too many is counted, and so it is a step.
      sink?.onStep(env.processed, env.insnIdx, env.state);
      env.reject(E2BIG, 'too-many-instructions', `BPF program is too large. Processed ${env.processed} insn`);
    }
    if ((env.processed & 0x3ff) === 0 && budget.cancelled?.() === true) throw new Stopped('cancelled');
    const state = env.state;
    state.lastInsn = env.prevInsnIdx;
    state.insnIdx = env.insnIdx;
    let ended = false;
    sink?.onStep(env.processed, env.insnIdx, state);
    if (env.facts.prunePoint[env.insnIdx] === 1) {
      const covering = visitCheckpoint(env);
      if (covering !== null) {
        if (env.logging) {
          if (printState) env.log.write('\n');
          env.log.step(env.processed);
          env.log.write(printState ? `from ${env.prevInsnIdx} to ${env.insnIdx}: safe\n` : `${env.insnIdx}: safe\n`);
        }
        sink?.onPathEnd(path, 'pruned', env.insnIdx, covering.checkpoint, state);
        ended = true;
      }
    }
    if (!ended) {
      if (env.facts.jumpPoint[env.insnIdx] === 1) pushHistory(env, state);
      if (env.loggingAll && printState) {
        env.log.write(
          `\nfrom ${env.prevInsnIdx} to ${env.insnIdx}:${stateText(state, state.top, null, env.kernelBtf, env.progBtf)}\n`,
        );
        printState = false;
      }
      if (env.logging) env.text.writeInsn(env.insnIdx, state, env.processed);
      prevIdx = env.insnIdx;
      env.facts.seen[prevIdx] = 1;
      env.liveness.beginWrites(env.insnIdx);
      const depth = state.frames.length;
      const result = step(env, insn);
      env.liveness.commitWrites();
      if (result === 'end') {
        sink?.onPathEnd(path, 'exit', env.insnIdx, -1, state);
        ended = true;
      } else if (state.frames.length < depth && insn.code === (BPF_JMP | BPF_EXIT)) printState = true;
    }
    if (!ended) continue;
    env.scratched.all();
    updateBranchCounts(env, env.state);
    env.liveness.update();
    const next = env.pop();
    if (next === null) return true;
    env.state = next.state;
    env.insnIdx = next.insnIdx;
    prevIdx = next.prevInsnIdx;
    env.liveness.forgetChain();
    printState = true;
    path = nextPath++;
    sink?.onPathStart(path, next.fork, env.insnIdx);
  }
}

/** Processes one instruction: checks it, and moves `env.insnIdx` on. */
function step(env: Env, insn: Insn): 'on' | 'end' {
  switch (insn.code & 7) {
    case BPF_ALU:
    case BPF_ALU64:
      checkAlu(env, insn);
      env.insnIdx++;
      return 'on';
    case BPF_LDX:
      loadFrom(env, insn, sizeOf(insn.code), false, isSignExtending(insn.code));
      env.insnIdx++;
      return 'on';
    case BPF_ST:
      if ((insn.code & 0xe0) !== BPF_MEM || insn.src !== 0)
        env.reject(EINVAL, 'reserved-field', 'BPF_ST uses reserved fields');
      storeTo(env, insn, sizeOf(insn.code), -1, false);
      env.insnIdx++;
      return 'on';
    case 3:
      store(env, insn);
      return 'on';
    case BPF_LD:
      loadImmediate(env, insn);
      return 'on';
    default:
      return jump(env, insn);
  }
}

function jump(env: Env, insn: Insn): 'on' | 'end' {
  const op = insn.code & 0xf0;
  env.jumps++;
  if (op === BPF_CALL) {
    if (
      (insn.code & 8) !== 0 ||
      (insn.src !== 2 && insn.off !== 0) ||
      (insn.src !== 0 && insn.src !== 1 && insn.src !== 2) ||
      insn.dst !== 0 ||
      (insn.code & 7) !== BPF_JMP
    )
      env.reject(EINVAL, 'reserved-field', 'BPF_CALL uses reserved fields');
    env.scratched.reg(0);
    checkCallWhileLocked(env, insn);
    if (insn.src === 1) checkSubprogCall(env, insn);
    else if (insn.src === 2) return checkKfuncCall(env, insn);
    else checkHelperCall(env, insn);
    return 'on';
  }
  if (op === BPF_EXIT) return checkExit(env, insn) ? 'end' : 'on';
  checkJump(env, insn);
  return 'on';
}

function store(env: Env, insn: Insn): void {
  if ((insn.code & 0xe0) === BPF_ATOMIC) {
    checkAtomic(env, insn);
    env.insnIdx++;
    return;
  }
  if ((insn.code & 0xe0) !== BPF_MEM || insn.imm !== 0)
    env.reject(EINVAL, 'reserved-field', 'BPF_STX uses reserved fields');
  readReg(env, insn.src);
  storeTo(env, insn, sizeOf(insn.code), insn.src, false);
  env.insnIdx++;
}

/** Loads of classic BPF from the packet that r6 describes: they end the program where there is no such byte (RFC 9669 section 5.5). */
function checkPacketLoad(env: Env, insn: Insn): void {
  if (env.state.frames.some((frame, i) => i > 0 && frame.inCallback))
    env.reject(EINVAL, 'packet-load', 'cannot use BPF_LD_[ABS|IND] within callback');
  const context = readReg(env, 6);
  checkLeaks(env, 'BPF_LD_[ABS|IND]', true);
  if (context.type !== PTR_TO_CTX)
    env.reject(EINVAL, 'packet-load', 'at the time of BPF_LD_ABS|IND R6 != pointer to skb', {}, 6);
  if ((insn.code & 0xe0) === BPF_IND) readReg(env, insn.src);
  checkFixedOffset(env, 6, context, false);
  clearCallerSaved(env);
  setReg(env, 0, UNKNOWN_REG);
}

function loadImmediate(env: Env, insn: Insn): void {
  if (isPacketLoad(insn)) {
    if (!mayLoadPackets(env.program))
      env.reject(EINVAL, 'packet-load', 'BPF_LD_[ABS|IND] instructions not allowed for this program type');
    checkPacketLoad(env, insn);
    if (env.state.frames.length > 1) mayLeaveFunction(env, ZERO_REG);
    else env.insnIdx++;
    return;
  }
  if (sizeOf(insn.code) !== 8) env.reject(EINVAL, 'bad-ld-imm64', 'invalid BPF_LD_IMM insn', { of: 'constant' });
  if (insn.off !== 0) env.reject(EINVAL, 'reserved-field', 'BPF_LD_IMM64 uses reserved fields');
  writableReg(env, insn.dst);
  const next = env.insns[env.insnIdx + 1]!;
  switch (insn.src) {
    case 0:
      setReg(env, insn.dst, Reg.scalar(Scalar.known((BigInt(next.imm) << 32n) | BigInt(insn.imm >>> 0))));
      break;
    case 1:
      setReg(env, insn.dst, Reg.pointer(CONST_PTR_TO_MAP, { map: env.maps[insn.imm] ?? null }));
      break;
    case 2:
      setReg(env, insn.dst, Reg.pointer(PTR_TO_MAP_VALUE, { map: env.maps[insn.imm] ?? null, off: next.imm }));
      break;
    case 3:
      setReg(env, insn.dst, kernelSymbol(env, insn.imm));
      break;
    case 4: {
      const target = env.insnIdx + insn.imm + 1;
      const number = subprogOf(env, target);
      if (env.program.funcInfo.length === 0)
        env.reject(EINVAL, 'bad-callback', 'missing btf func_info', { why: 'untyped' });
      if (env.subprogs[number]!.global)
        env.reject(EINVAL, 'bad-callback', 'callback function not static', { why: 'global' });
      env.loadedCallbacks.add(number);
      setReg(env, insn.dst, Reg.pointer(PTR_TO_FUNC, { subprog: number }));
      break;
    }
    default:
      env.unsupported(`64-bit immediate loads with source ${insn.src}`);
  }
  env.insnIdx += 2;
}
