import type { Btf } from '../../core/btf/btf.ts';
import type { BpfObject, BpfProgram } from '../../core/elf/object.ts';
import { verify } from '../../core/verifier/index.ts';
import type { VerifyResult } from '../../core/verifier/index.ts';
import { thisMachine } from './machine.ts';
import type { KernelObject, KernelVerdict } from './load.ts';
import { LogComparison } from './log-comparison.ts';
import { firstDifference, normalizeLog } from './log-text.ts';
import type { Difference } from './log-text.ts';
import { linux618 } from '../../core/kernel/releases/linux-6.18.ts';

/** Where the model and the kernel part on a program, from the gravest on. */
export type Disagreement = 'crash' | 'verdict' | 'errno' | 'message' | 'statistics' | 'log' | 'translation';

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
  const comparison = new LogComparison(kernel.bytes);
  try {
    model = verify(
      { program, object, kernel: linux618(kernelBtf), machine: thisMachine() },
      { logLevel, onLog: comparison },
    );
  } catch (error) {
    const crash = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { disagreement: 'crash', crash, kernel };
  }
  return judged(model, kernel, comparison.end(), comparison.tail);
}

/** Compares a verdict of the model, with its log in one text, with the kernel's. */
export function compare(model: VerifyResult, kernel: KernelVerdict): Judgement {
  return judged(model, kernel, model.errno === null ? null : firstDifference(kernel.log, model.log), model.log);
}

/** @param tail the model's log, or as much of its end as has the message in it */
function judged(model: VerifyResult, kernel: KernelVerdict, difference: Difference | null, tail: string): Judgement {
  if (model.errno === null)
    return { disagreement: null, unsupported: model.unsupported ?? 'no reason given', model, kernel };
  const at = difference === null ? {} : { difference };
  const parts = (disagreement: Disagreement): Judgement => ({ disagreement, ...at, model, kernel });
  if ((model.errno === 0) !== (kernel.errno === 0)) return parts('verdict');
  if (model.errno !== kernel.errno) return parts('errno');
  if (kernel.errno !== 0 && finalMessage(tail) !== finalMessage(endOf(kernel.bytes))) return parts('message');
  if (
    model.processed !== kernel.processed ||
    model.totalStates !== kernel.totalStates ||
    model.peakStates !== kernel.peakStates ||
    model.maxStatesPerInsn !== kernel.maxStatesPerInsn
  )
    return parts('statistics');
  return difference === null ? { disagreement: null, model, kernel } : parts('log');
}

// The message stands near the end.
const endOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.subarray(Math.max(0, bytes.length - 16 * 1024))).toString('utf8');
