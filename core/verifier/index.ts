import { BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_VALUE, LDDW } from '../isa/opcodes.ts';
import type { Btf } from '../btf/btf.ts';
import { InputError, Unsupported } from '../base/errors.ts';
import type { BpfObject, BpfProgram } from '../elf/object.ts';
import type { Insn } from '../isa/insn.ts';
import { checkAttachTarget } from '../kernel/rules/attach.ts';
import { DISTRIBUTION } from '../kernel/rules/configuration.ts';
import type { Configuration } from '../kernel/rules/configuration.ts';
import { mapTypeName } from '../kernel/catalogue/map-types.ts';
import { checkBtfInfo, checkFuncInfo } from './before/btf-info.ts';
import { checkDeadCallbacks } from './calls/callbacks.ts';
import type { Budget } from './env.ts';
import { E2BIG, EINVAL } from '../base/errno.ts';
import { Env, REJECTED, Stopped } from './env.ts';
import { queuesCallback } from './calls/async-callbacks.ts';
import { callsSyncCallback } from './calls/helper-calls.ts';
import type { LogSink } from './log-output.ts';
import { Log, LONGEST_TEXT } from './log-output.ts';
import { addsToTree } from './calls/object-args.ts';
import { isIterNextCall, kfuncArgCount } from './calls/kfunc-meta.ts';
import { gplCompatible } from './calls/license.ts';
import { checkCfg, computePostorder, computeSuccessors } from './before/control-flow.ts';
import { checkEncoding } from './before/encoding.ts';
import { checkSubprogs, findSubprogs } from './before/subprograms.ts';
import { computeLiveRegs } from './before/live-registers.ts';
import { computeScc } from './before/loops.ts';
import { isHelperCall, isKfuncCall } from '../isa/insn-kinds.ts';
import type { CallFacts } from './before/facts.ts';
import type { Rejection } from './rejection.ts';
import type { VerifierSink } from './sink.ts';
import { checkStackDepth } from './calls/stack-depth.ts';
import { countsOf } from './verdict.ts';
import type { Verdict } from './verdict.ts';
import { translate } from './after/translate.ts';
import type { Translation } from './after/translate.ts';
import { walkFunction } from './walk.ts';
import type { KernelModel } from '../kernel/model.ts';

/** What to verify: a program, the object it comes from (maps, BTF, licence), and the kernel's types. */
export interface VerifyInput {
  readonly program: BpfProgram;
  readonly object: BpfObject;
  /** The kernel's model. */
  readonly kernel: KernelModel;
  /** The machine that the kernel runs on; what distributions ship unless told. */
  readonly machine?: Configuration;
}

export interface VerifyOptions {
  /** 0 nothing, 1 the failing path, 2 everything, 4 the statistics alone (bits, as BPF_PROG_LOAD takes them). */
  readonly logLevel: 0 | 1 | 2 | 4;
  /** Told of every step, fork, checkpoint and comparison. */
  readonly sink?: VerifierSink;
  /** Takes the log in pieces, as it is written; `VerifyResult.log` is empty then. The only way to logs that are longer than one text may be. */
  readonly onLog?: LogSink;
  /** Microseconds of some clock, to measure the verification itself. */
  readonly now?: () => number;
  readonly budget?: Budget;
  /** Also give an accepted program as the kernel rewrites it. */
  readonly translate?: boolean;
}

export interface VerifyResult extends Verdict {
  /** Instruction at which the model stopped, for an unsupported program. */
  readonly unsupportedAt?: number;
  /** The kernel's log at the chosen level; empty where it was taken in pieces. */
  readonly log: string;
  readonly rejection?: Rejection;
  /** Loads through pointers to kernel structures, by instruction: the kernel makes probing reads of them, which give zero where nothing is mapped. */
  readonly probes: ReadonlySet<number>;
  /** How many bytes of buffers that are read only, and of those that may be written, the program reaches: whoever hands them over checks that. */
  readonly bufferReach: { readonly readOnly: number; readonly writable: number };
  /** The program as the kernel rewrites it, where it was asked for and the program is accepted; else why the model does not know it. */
  readonly translation?: Translation | { readonly unsupported: string };
  /** Why the program was refused before there was a log: the rule that one of its object's maps breaks. */
  readonly reason?: string;
}

/**
 * Verifies a program as Linux 6.18 does when root loads it. Never throws for a bad program: it is rejected, or reported as unsupported.
 * Throws `Stopped` when the budget cancels it.
 */
export function verify(input: VerifyInput, options: VerifyOptions): VerifyResult {
  const work = verification(input, options);
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/**
 * The same in slices: `next()` works on until the budget asks for a pause, and gives the result at the end. Whoever drives it may do other things
 * in between, or leave it at that.
 */
export function* verification(input: VerifyInput, options: VerifyOptions): Generator<undefined, VerifyResult> {
  const log = new Log(options.logLevel, options.onLog ?? null);
  const result = yield* attempt(input, options, log);
  const { lost } = log;
  if (lost === null) {
    if (options.onLog === undefined) return { ...result, log: log.text() };
    log.end();
    return result;
  }
  // The failing path's log was longer than is kept: now that it is known what stays of it, it is written in a second walk.
  const kept: string[] = [];
  let length = 0;
  const collector: LogSink = {
    write(text) {
      length += text.length;
      if (length > LONGEST_TEXT)
        throw new InputError(`the log is longer than ${LONGEST_TEXT >> 20} MB: it can only be had piece by piece`);
      kept.push(text);
    },
  };
  const again = new Log(options.logLevel, options.onLog ?? collector, lost);
  const { logLevel, budget } = options;
  yield* attempt(input, { logLevel, ...(budget === undefined ? {} : { budget }) }, again);
  again.end();
  return { ...result, log: kept.join('') };
}

function* attempt(input: VerifyInput, options: VerifyOptions, log: Log): Generator<undefined, VerifyResult> {
  const { program, object, kernel } = input;
  const now = options.now ?? (() => 0);
  const subject = { program, object, kernel, machine: input.machine ?? DISTRIBUTION };
  const callName = (insn: Insn): string | undefined =>
    isKfuncCall(insn) ? (insn.imm > 0 ? nameOf(kernel.btf, insn.imm) : '') : undefined;
  const env = new Env(subject, { log, sink: options.sink ?? null, budget: options.budget ?? {}, callName });
  const start = now();
  let errno: number | null = 0;
  let rejection: Rejection | undefined;
  let unsupported: Unsupported | undefined;
  try {
    if (program.unsupported !== undefined) throw new Unsupported(program.unsupported);
    const count = env.insns.length;
    // The kernel refuses these before it has a log to write to.
    const sized = count > 0 && count <= env.limits.programInsns;
    log.silent = true;
    createMaps(env);
    if (!sized) env.reject(E2BIG, 'bad-size', '');
    log.silent = false;
    if (kernel.notice !== '') log.write(`${kernel.notice}\n`);
    env.logStart = log.length;
    yield* run(env);
  } catch (e) {
    if (e === REJECTED && env.rejection !== null) {
      rejection = env.rejection;
      errno = rejection.errno;
      env.sink?.onReject(rejection);
    } else if (e instanceof Unsupported) {
      unsupported = e;
      errno = null;
    } else throw e;
  }
  const timeUs = now() - start;
  const translation = options.translate === true && errno === 0 ? translationOf(env) : undefined;
  // What is refused before the verifier begins has no log.
  const began = rejection?.kind !== 'bad-size' && rejection?.kind !== 'map-refused';
  if (began) {
    log.silent = false;
    writeStatistics(env, timeUs);
  }
  return {
    errno,
    ...(unsupported === undefined ? {} : { unsupported: unsupported.feature, unsupportedAt: unsupported.insn }),
    ...countsOf(env),
    log: '',
    timeUs,
    probes: env.probes,
    bufferReach: env.bufferReach,
    ...(translation === undefined ? {} : { translation }),
    ...(rejection === undefined ? {} : { rejection }),
    ...(rejection?.kind === 'map-refused' ? { reason: rejection.details.reason } : {}),
  };
}

function translationOf(env: Env): Translation | { readonly unsupported: string } {
  try {
    return translate(env);
  } catch (e) {
    if (e instanceof Unsupported) return { unsupported: e.feature };
    throw e;
  }
}

/** A program's maps are made before it is loaded: one that the kernel refuses keeps every program that uses it from loading. */
function createMaps(env: Env): void {
  const used = new Set<number>();
  env.insns.forEach((insn, i) => {
    const ofMap = insn.code === LDDW && (insn.src === BPF_PSEUDO_MAP_FD || insn.src === BPF_PSEUDO_MAP_VALUE);
    if (ofMap && env.program.unfilled?.has(i) !== true) used.add(insn.imm);
  });
  for (const number of used) {
    const map = env.maps[number];
    if (map === undefined) continue;
    const made = env.creation(map);
    if ('unsupported' in made) throw new Unsupported(made.unsupported);
    if (made.errno === 0 || !('reason' in made)) continue;
    env.reject(made.errno, 'map-refused', '', {
      map: map.name,
      type: mapTypeName(map.type),
      rule: made.rule,
      reason: `map '${map.name}' is refused: ${made.reason}`,
    });
  }
}

function writeStatistics(env: Env, timeUs: number): void {
  if ((env.log.level & 4) !== 0)
    env.log.write(
      `verification time ${Math.round(timeUs)} usec\nstack depth ${env.subprogs.map((subprog) => subprog.stackDepth).join('+')}\n`,
    );
  env.log.write(
    `processed ${env.processed} insns (limit ${env.limits.processed}) max_states_per_insn ${env.maxStatesPerInsn} total_states ${env.totalStates} peak_states ${env.peakStates} mark_read 0\n`,
  );
}

function nameOf(btf: Btf, id: number): string | undefined {
  return id < btf.count ? btf.type(id).name : undefined;
}

function* run(env: Env): Generator<undefined, void> {
  const facts: CallFacts = {
    argCount: (insn: Insn) => (isKfuncCall(insn) ? kfuncArgCount(env, insn) : helperArgs(env, insn.imm)),
    isIterNext: (insn: Insn) => isIterNextCall(env, insn),
    callsCallback: (insn: Insn) => (isHelperCall(insn) && callsSyncCallback(insn)) || addsToTree(env, insn),
    queuesCallback: (insn: Insn) => queuesCallback(env, insn),
  };
  checkFuncInfo(env);
  findSubprogs(env);
  checkSubprogs(env);
  checkBtfInfo(env);
  checkEncoding(env);
  checkCfg(env, facts);
  computeSuccessors(env);
  computePostorder(env);
  checkAttach(env);
  computeScc(env);
  computeLiveRegs(env, facts);
  env.sink?.onProgram(env.facts);
  yield* walkFunction(env, 0);
  yield* walkGlobals(env);
  checkStackDepth(env);
  if (env.callsMissing) env.reject(EINVAL, 'bad-kfunc', 'invalid kernel function call not eliminated in verifier pass');
  checkDeadCallbacks(env);
}

/** How many arguments a helper reads; null for one that this type of program may not call. */
function helperArgs(env: Env, id: number): number | null {
  return env.kernel.helpers.argumentCount(env.program, id, env.machine);
}

/** Where the program is to be attached decides what it may do: the kernel looks there before it walks. */
function checkAttach(env: Env): void {
  const verdict = checkAttachTarget(env.kernel, env.program, gplCompatible(env.object.license));
  if ('unsupported' in verdict) return env.unsupported(verdict.unsupported);
  if (!verdict.ok) env.reject(verdict.errno, 'bad-attach-target', verdict.lines.join('\n'));
}

/** Global functions that were called are verified by themselves, for any arguments that their prototype allows. */
function* walkGlobals(env: Env): Generator<undefined, void> {
  const verified = new Set<number>();
  for (let again = true; again;) {
    again = false;
    for (const [i, subprog] of env.subprogs.entries()) {
      if (i === 0 || !subprog.global || !subprog.called || verified.has(i)) continue;
      yield* walkFunction(env, i);
      if (env.logging) env.log.write(`Func#${i} ('${subprog.name}') is safe for any args that match its prototype\n`);
      verified.add(i);
      again = true;
    }
  }
}

export { Stopped };
export type { TranslatedInsn, Translation } from './after/translate.ts';
export { translatedText } from './after/text.ts';
export type { Rewrite, Symbolic } from './after/listing.ts';
export { AS_IS, AS_JSON, AS_TEXT, LogBytes } from './log-output.ts';
export type { LogEncoding, LogSink } from './log-output.ts';
export { countsOf, NO_COUNTS, verdictOf } from './verdict.ts';
export type { Counts, Verdict } from './verdict.ts';
export type { Budget } from './env.ts';
export type { Rejection } from './rejection.ts';
export type { Spot } from './values/spot.ts';
