import { RDONLY_PROG } from '../../elf/maps.ts';
import { TAIL_CALL } from '../../isa/helper-names.ts';
import type { Insn } from '../../isa/insn.ts';
import { helperName } from '../../isa/helper-names.ts';
import { hasFunctionAddress, PROG_TRACING, targetHelper, TRACE_ITER } from '../../kernel/rules/programs.ts';
import { PERMISSIVE } from '../../kernel/rules/configuration.ts';
import { kernelFlags } from '../../kernel/catalogue/map-types.ts';
import type { MapDef } from '../../elf/object.ts';
import { pushLoopCallback, pushMapCallback, pushRecordCallback, pushVmaCallback } from './callbacks.ts';
import type { Env } from '../env.ts';
import { EACCES, EINVAL, ENOTSUPP } from '../../base/errno.ts';
import { checkFieldHelper, isFieldHelper } from './field-helpers.ts';
import { gplCompatible } from './license.ts';
import { checkAccess } from '../memory/memory.ts';
import { markPrecise } from '../track/precision.ts';
import { SCALAR } from '../values/reg.ts';
import { clearCallerSaved, UNKNOWN_REG } from '../regs.ts';
import { checkMaySleep } from './sections.ts';
import { losePackets } from './effects.ts';
import { checkLeaks, mayLeaveFunction } from './subprog-calls.ts';
import { checkArgument, checkDynptrMemory, checkFormat, release } from './helper-args.ts';
import type { Call } from './helper-call.ts';
import { setResult } from './helper-results.ts';

// Helpers whose calls do more than their prototype says.
const FOR_EACH_MAP_ELEM = 164;
const FIND_VMA = 180;
const LOOP = 181;
const DYNPTR_FROM_MEM = 197;
const DYNPTR_WRITE = 202;
const USER_RINGBUF_DRAIN = 209;
const GET_FUNC_IP = 173;
const D_PATH = 147;
/** Helpers that change what is in a map: update, delete, push, pop. */
const WRITES_MAP: readonly number[] = [2, 3, 87, 88];
const SNPRINTF = 165;

/** True for helpers that call a function of the program while they run. */
export function callsSyncCallback(insn: Insn): boolean {
  return (
    insn.imm === LOOP || insn.imm === FOR_EACH_MAP_ELEM || insn.imm === FIND_VMA || insn.imm === USER_RINGBUF_DRAIN
  );
}

/** A call of a helper (its prototype is its descriptor). */
export function checkHelperCall(env: Env, insn: Insn): void {
  const { helpers, maps } = env.kernel;
  const helper = helpers.as(env.program.type, insn.imm);
  const name = helperName(insn.imm);
  if (name === undefined) return env.reject(EINVAL, 'unknown-helper', `invalid func unknown#${insn.imm}`);
  if (
    insn.imm === 0 ||
    (helpers.allowed(env.program, insn.imm, env.machine) === false && !targetHelper(env.kernel, env.program, insn.imm))
  ) {
    const text = `program of this type cannot use helper ${name}#${insn.imm}`;
    if (helper?.needs !== undefined && helpers.allowed(env.program, insn.imm, PERMISSIVE) === true)
      env.reject(EINVAL, 'helper-withheld', text, { needs: helper.needs });
    env.reject(EINVAL, 'helper-not-allowed', text);
  }
  if (helper === undefined) return env.unsupported(`helper ${name}`);
  if (helper.gplOnly && !gplCompatible(env.object.license))
    env.reject(EINVAL, 'gpl-only', 'cannot call GPL-restricted function from non-GPL compatible program');
  if (insn.imm === D_PATH && env.program.expectedAttachType !== TRACE_ITER)
    env.unsupported('bpf_d_path in programs that are attached to functions (few of them may call it)');
  if (helper.mightSleep === true) {
    if (!env.state.inSleepable)
      env.reject(EINVAL, 'sleepable-helper', 'helper call might sleep in a non-sleepable prog', { within: 'program' });
    checkMaySleep(env, EINVAL, 'sleepable-helper', (where) => `sleepable helper ${name}#${insn.imm} in ${where}`);
  }
  if (isFieldHelper(insn.imm)) {
    checkFieldHelper(env, insn.imm);
    env.insnIdx++;
    return;
  }
  const call: Call = {
    helper,
    map: null,
    raw: null,
    callback: -1,
    key: -1,
    largest: 0,
    releaseReg: 0,
    refObjId: 0,
    memSize: 0,
    dynptr: null,
    cpuType: 0,
    ownCpuType: false,
  };
  helper.args.forEach((arg, i) => checkArgument(env, call, arg, i));
  noteCall(env, call);
  if (call.map !== null && (kernelFlags(call.map) & RDONLY_PROG) !== 0 && WRITES_MAP.includes(insn.imm))
    env.reject(EACCES, 'map-permission', 'write into map forbidden', { access: 'write' }, 1);
  if (insn.imm === TAIL_CALL) checkTailCall(env, call.map!);
  if (call.raw !== null) {
    const { regno, size } = call.raw;
    for (let i = 0; i < size; i++)
      checkAccess(env, { regno, off: i, size: 1, access: 'write', value: -1, strict: false, signExtend: false });
  }
  release(env, call);
  if (insn.imm === FOR_EACH_MAP_ELEM) pushMapCallback(env, helper, call.callback, call.map!);
  else if (insn.imm === LOOP) pushLoopCallback(env, helper, call.callback);
  else if (insn.imm === FIND_VMA) pushVmaCallback(env, helper, call.callback);
  else if (insn.imm === USER_RINGBUF_DRAIN) pushRecordCallback(env, helper, call.callback);
  else if (insn.imm === DYNPTR_FROM_MEM) checkDynptrMemory(env);
  else if (insn.imm === TAIL_CALL) checkLeaks(env, 'tail_call', true);
  else if (insn.imm === SNPRINTF) checkFormat(env);
  clearCallerSaved(env);
  setResult(env, call);
  if (call.map !== null && !maps.fits(call.map, insn.imm))
    env.reject(
      EINVAL,
      'bad-argument',
      `cannot pass map_type ${call.map.type} into func ${name}#${insn.imm}`,
      { why: 'map-type', type: env.kernel.maps.type(call.map).name },
      [],
    );
  if (insn.imm === GET_FUNC_IP && !hasFunctionAddress(env.program)) {
    const { type } = env.program;
    const only =
      type === PROG_TRACING
        ? 'supported only for fentry/fexit/fmod_ret programs'
        : `not supported for program type ${type}`;
    env.reject(ENOTSUPP, 'helper-not-allowed', `func ${name}#${insn.imm} ${only}`);
  }
  if (insn.imm === TAIL_CALL) {
    leaveByTailCall(env);
    return;
  }
  if (helper.changesPacket === true || (insn.imm === DYNPTR_WRITE && call.dynptr!.kind === 'skb')) losePackets(env);
  env.insnIdx++;
}

/** Keeps what the call's rewriting depends on: its map, where all paths give it the same one. */
function noteCall(env: Env, { map, ownCpuType }: Call): void {
  if (map === null && !ownCpuType) return;
  const fact = env.callFact();
  if (map !== null) fact.map = fact.map === undefined || fact.map === map ? map : null;
  if (ownCpuType) fact.perCpuObject = true;
}

/** In a called function, the end of the other program is a return from it; in the main program it is the end. */
function leaveByTailCall(env: Env): void {
  if (env.state.frames.length === 1) {
    env.insnIdx++;
    return;
  }
  if (env.state.top.inCallback) env.reject(EINVAL, 'tail-call', 'cannot tail call within callback');
  mayLeaveFunction(env, UNKNOWN_REG, () => losePackets(env));
}

/** A tail call goes on with a program of an array; which one may be known. */
function checkTailCall(env: Env, map: MapDef): void {
  const index = env.state.top.regs[3]!;
  if (env.kernel.maps.type(map).name !== 'prog_array') {
    // The kernel's words lack the end of their line.
    env.say('expected prog array map for tail call');
    env.reject(EINVAL, 'tail-call', '');
  }
  if (index.type === SCALAR && index.scalar.isConst && index.scalar.umax < BigInt(map.maxEntries)) markPrecise(env, 3);
}
