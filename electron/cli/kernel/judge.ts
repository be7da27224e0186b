import type { Btf } from '../../../core/btf/btf.ts';
import type { BpfObject, BpfProgram } from '../../../core/elf/object.ts';
import { verify } from '../../../core/verifier/index.ts';
import type { VerifyResult } from '../../../core/verifier/index.ts';
import { thisMachine } from './machine.ts';
import type { KernelObject, KernelVerdict } from './load.ts';
import { firstDifference, normalizeLog } from './log-text.ts';
import type { Difference } from './log-text.ts';

/** Where the model and the kernel part on a program, from the gravest on. */
export type Disagreement = 'crash' | 'verdict' | 'errno' | 'message' | 'statistics' | 'log';

export interface Judgement {
  /** null when both agree in everything. */
  readonly disagreement: Disagreement | null;
  /** Why the model gives no verdict; then there is no disagreement. */
  readonly unsupported?: string;
  readonly difference?: Difference;
  /** What the model threw. */
  readonly crash?: string;
  readonly model?: VerifyResult;
  readonly kernel: KernelVerdict;
}

/** The part of a log that says what was wrong: the lines after the last instruction or state line, without the statistics. */
export function finalMessage(log: string): string {
  const lines = normalizeLog(log).trimEnd().split('\n');
  while (lines.at(-1)?.startsWith('processed ') === true) lines.pop();
  return lines.at(-1) ?? '';
}

/** Asks the model and the kernel for a program's verdict and log, and compares everything. */
export function judge(
  program: BpfProgram,
  object: BpfObject,
  kernelBtf: Btf,
  kernelObject: KernelObject,
  logLevel: 1 | 2,
): Judgement {
  const kernel = kernelObject.verify(program, logLevel);
  let model: VerifyResult;
  try {
    model = verify({ program, object, kernelBtf, machine: thisMachine() }, { logLevel });
  } catch (error) {
    const crash = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { disagreement: 'crash', crash, kernel };
  }
  return compare(model, kernel);
}

/** Compares a verdict of the model with the kernel's. */
export function compare(model: VerifyResult, kernel: KernelVerdict): Judgement {
  if (model.errno === null)
    return { disagreement: null, unsupported: model.unsupported ?? 'no reason given', model, kernel };
  const difference = firstDifference(kernel.log, model.log);
  const at = difference === null ? {} : { difference };
  const parts = (disagreement: Disagreement): Judgement => ({ disagreement, ...at, model, kernel });
  if ((model.errno === 0) !== (kernel.errno === 0)) return parts('verdict');
  if (model.errno !== kernel.errno) return parts('errno');
  if (kernel.errno !== 0 && finalMessage(model.log) !== finalMessage(kernel.log)) return parts('message');
  if (
    model.processed !== kernel.processed ||
    model.totalStates !== kernel.totalStates ||
    model.peakStates !== kernel.peakStates ||
    model.maxStatesPerInsn !== kernel.maxStatesPerInsn
  )
    return parts('statistics');
  return difference === null ? { disagreement: null, model, kernel } : parts('log');
}
