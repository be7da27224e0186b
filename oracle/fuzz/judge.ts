import { EFAULT, ENOMEM, ENOSPC } from '../../core/base/errno.ts';
import type { BpfObject } from '../../core/elf/object.ts';
import { Stopped, verify } from '../../core/verifier/index.ts';
import type { VerifyInput, VerifyResult } from '../../core/verifier/index.ts';
import { BpfError } from '../kernel/bpf-syscall.ts';
import { compare } from '../kernel/judge.ts';
import type { Judgement } from '../kernel/judge.ts';
import { KernelObject } from '../kernel/load.ts';
import { firstDifference } from '../kernel/log-text.ts';
import { comparableTranslation, kernelTranslation } from '../kernel/translation.ts';
import { thisMachine } from '../kernel/machine.ts';
import type { KernelVerdict } from '../kernel/load.ts';
import type { Case } from './case.ts';
import { programBtf } from './kernel.ts';
import { linux618 } from '../../core/kernel/releases/linux-6.18.ts';

/** A comparison, or why there is none. */
export type Outcome = { readonly judgement: Judgement } | { readonly notJudged: string };

/** Instructions walked up to which a program is compared at the level asked for, and at level 1; longer ones by their statistics alone. */
const SHORT = 20_000;
const MIDDLING = 100_000;
const LONGEST_LOG = 16 << 20;
/** Walks longer than that take seconds in both: one in so many is compared. */
const ONE_LONG_IN = 20;
/** Time that the model gets for one program. */
const MODEL_MS = 10_000;

/** Asks the kernel and the model. Keeps the last object's maps open, since programs of one object come in a row. */
export class Judge {
  private long = 0;
  private last: { readonly object: BpfObject; readonly kernel: KernelObject } | null = null;

  /** @param translated  also compares what both make of a program that they accept */
  constructor(private readonly translated = false) {}

  /**
   * @param logLevel 1 or 2; programs whose walk is long are compared at level 1, the longest without a log
   * @throws InputError when the case is no program
   */
  judge(candidate: Case, logLevel: 1 | 2): Outcome {
    const { object, program } = candidate.load();
    if (program.unsupported !== undefined) return { notJudged: `not loaded: ${program.unsupported}` };
    let kernel: KernelObject;
    try {
      kernel = this.open(object);
    } catch (error) {
      if (error instanceof BpfError) return { notJudged: error.message };
      throw error;
    }
    const input = { program, object, kernel: linux618(programBtf()), machine: thisMachine() };
    const attempt = (level: 0 | 1 | 2 | 4, limit: number): VerifyResult | 'too long' | 'too slow' | Error => {
      const end = performance.now() + MODEL_MS;
      let asked = 0;
      let why: 'too long' | 'too slow' | null = null;
      // Asked every 1024 instructions.
      const cancelled = (): boolean => {
        if (performance.now() > end) why = 'too slow';
        else if (++asked * 1024 > limit) why = 'too long';
        return why !== null;
      };
      try {
        return verify(input, { logLevel: level, budget: { cancelled } });
      } catch (error) {
        return error instanceof Stopped ? (why ?? 'too slow') : (error as Error);
      }
    };
    // The model goes first, without a log: it tells how long the walk is, and a kernel that writes down a long one takes a minute.
    const silent = attempt(0, MIDDLING);
    if (silent === 'too long' && this.long++ % ONE_LONG_IN !== 0)
      return { notJudged: `its walk is longer than ${MIDDLING} instructions` };
    if (silent === 'too slow') return { notJudged: 'the model took too long' };
    let level: 1 | 2 | 4 = logLevel;
    if (silent === 'too long') level = 4;
    else if (typeof silent === 'object' && 'processed' in silent && silent.processed > SHORT) level = 1;
    const model = attempt(level, Infinity);
    if (model === 'too slow' || model === 'too long') return { notJudged: 'the model took too long' };
    let verdict: KernelVerdict;
    try {
      verdict = kernel.verify(program, level, LONGEST_LOG);
    } catch (error) {
      if (error instanceof BpfError) return { notJudged: error.message };
      throw error;
    }
    if (verdict.errno === ENOSPC) return { notJudged: 'its log is too long' };
    // Programs that run into the limit can take more memory than there is; the kernel then fails for a reason of its own.
    const outOfMemory = verdict.errno === ENOMEM || verdict.errno === EFAULT;
    if (
      outOfMemory &&
      !(model instanceof Error) &&
      model.errno !== verdict.errno &&
      !/verifier bug|The sequence of/.test(verdict.log)
    )
      return { notJudged: 'the kernel ran out of memory' };
    if (model instanceof Error)
      return { judgement: { disagreement: 'crash', crash: model.stack ?? String(model), kernel: verdict } };
    const judgement = compare(model, verdict);
    const compared = this.translated && judgement.disagreement === null && model.errno === 0;
    return { judgement: compared ? this.compareTranslation(kernel, input, judgement) : judgement };
  }

  private compareTranslation(kernel: KernelObject, input: VerifyInput, judgement: Judgement): Judgement {
    const { translation } = verify(input, { logLevel: 0, translate: true });
    if (translation === undefined || 'unsupported' in translation) return judgement;
    const wanted = kernelTranslation(kernel, input.program);
    const difference = firstDifference(wanted.join('\n'), comparableTranslation(translation.insns, wanted).join('\n'));
    return difference === null ? judgement : { ...judgement, disagreement: 'translation', difference };
  }

  private open(object: BpfObject): KernelObject {
    if (this.last?.object === object) return this.last.kernel;
    this.close();
    const kernel = new KernelObject(object);
    this.last = { object, kernel };
    return kernel;
  }

  close(): void {
    this.last?.kernel.close();
    this.last = null;
  }
}
