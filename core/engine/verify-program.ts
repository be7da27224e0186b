import { Unsupported } from '../base/errors.ts';
import type { KernelModel } from '../kernel/model.ts';
import type { BpfObject, BpfProgram } from '../elf/object.ts';
import type { Report } from '../shell/index.ts';
import type { TraceRecorder, TraceStats } from '../trace/index.ts';
import { Stopped } from '../verifier/env.ts';
import { NO_COUNTS, verdictOf, verification } from '../verifier/index.ts';
import type { LogSink, VerifyResult } from '../verifier/index.ts';
import type { Rejection } from '../verifier/rejection.ts';

/** Largest recording of one verification, bytes. */
const MAX_RECORDING = 400 * 1024 * 1024;

/** Limits of one verification. */
export interface Budget {
  /** Milliseconds on `now`'s clock. */
  readonly timeMs: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** A verification's outcome. */
interface Outcome {
  readonly stats: TraceStats;
  readonly rejection: Rejection | null;
  /** See `VerifyResult.probes`; none where the verification did not end. */
  readonly probes: ReadonlySet<number>;
  /** See `VerifyResult.translation`. */
  readonly translation?: VerifyResult['translation'];
}

/** What else a verification is to do. */
export interface VerifyWork {
  readonly recorder?: TraceRecorder;
  readonly logLevel?: 0 | 1 | 2;
  readonly onLog?: LogSink;
  readonly translate?: boolean;
  /** True when the work is to be interrupted (see `Task.pause`). */
  readonly pause?: () => boolean;
}

/** Verifies a program, in slices; what the model does not cover, or what the budget did not allow, is said in the statistics. */
export function* verifyProgram(
  program: BpfProgram,
  object: BpfObject,
  kernel: KernelModel,
  budget: Budget,
  { recorder, logLevel = 0, onLog, translate = false, pause }: VerifyWork = {},
): Generator<undefined, Outcome> {
  const none = { ...NO_COUNTS, timeUs: 0 };
  const probes = new Set<number>();
  if (program.unsupported !== undefined)
    return { stats: { errno: null, unsupported: program.unsupported, ...none }, rejection: null, probes };
  const end = budget.now() + budget.timeMs;
  try {
    const result = yield* verification(
      { program, object, kernel },
      {
        logLevel,
        translate,
        ...(recorder === undefined ? {} : { sink: recorder }),
        ...(onLog === undefined ? {} : { onLog }),
        now: () => budget.now() * 1000,
        budget: {
          cancelled: () => budget.now() > end || (recorder?.bytes ?? 0) > MAX_RECORDING,
          ...(pause === undefined ? {} : { pause }),
        },
      },
    );
    const { rejection = null, translation } = result;
    return {
      stats: verdictOf(result),
      rejection,
      probes: result.probes,
      ...(translation === undefined ? {} : { translation }),
    };
  } catch (error) {
    const why =
      error instanceof Unsupported
        ? error.feature
        : error instanceof Stopped
          ? (recorder?.bytes ?? 0) > MAX_RECORDING
            ? `stopped: its trace is larger than ${MAX_RECORDING >> 20} MB`
            : `stopped after ${budget.timeMs} ms: it takes longer than this app waits`
          : null;
    if (why === null) throw error;
    return { stats: { errno: null, unsupported: why, ...none }, rejection: null, probes };
  }
}

/** A verified program's row. */
export function reportOf(file: string, program: string, stats: TraceStats, rejection: Rejection | null): Report {
  return {
    file,
    program,
    errno: stats.errno,
    ...(stats.unsupported === undefined ? {} : { unsupported: stats.unsupported }),
    processed: stats.processed,
    totalStates: stats.totalStates,
    peakStates: stats.peakStates,
    timeUs: stats.timeUs,
    // What was refused before there was a log says why in a sentence of its own.
    message:
      rejection === null ? '' : rejection.message || (rejection.kind === 'map-refused' ? rejection.details.reason : ''),
    insn: rejection?.insn ?? -1,
  };
}
