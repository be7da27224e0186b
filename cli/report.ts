import { errnoName } from '../core/base/errno.ts';
import { countsOf } from '../core/verifier/index.ts';
import type { Verdict } from '../core/verifier/index.ts';
import { jsonText } from '../core/base/printable.ts';

/** A program's verdict as `--json` prints it, the model's or a kernel's, without its log. */
export interface VerdictLine extends Verdict {
  readonly file: string;
  readonly prog: string;
  /** Why it was refused before there was a log: the rule that one of its object's maps breaks. */
  readonly reason?: string;
}

type Numbers = Omit<VerdictLine, 'file' | 'prog'>;

/** A verdict with exactly the keys of the contract, in its order, but for the log, which is written piece by piece. */
export function verdictLine(file: string, prog: string, v: Numbers): VerdictLine {
  const { errno, unsupported, reason } = v;
  return {
    file,
    prog,
    errno,
    ...(unsupported === undefined ? {} : { unsupported }),
    ...(reason === undefined ? {} : { reason }),
    ...countsOf(v),
    timeUs: v.timeUs,
  };
}

/** The line of text for a verdict, printed above its log where there are several. */
export function heading({ file, prog, errno, unsupported, reason }: VerdictLine): string {
  const verdict =
    unsupported !== undefined
      ? `unsupported: ${unsupported}`
      : errno === 0
        ? 'accepted'
        : `rejected, errno ${errno} (${errnoName(errno ?? 0)})${reason === undefined ? '' : `: ${reason}`}`;
  return `=== ${file} ${prog}: ${verdict}`;
}

/** Median of numbers; 0 of none. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Writes a verdict and its log as one line of JSON, the log piece by piece.
 * @param log  writes the log, encoded as the inside of a JSON string
 * @param more keys that follow
 */
export function writeJsonLine(
  line: VerdictLine,
  log: () => void,
  more: Readonly<Record<string, unknown>>,
  out: (text: string) => void,
): void {
  const { timeUs, ...head } = line;
  out(`${jsonText(head).slice(0, -1)},"log":"`);
  log();
  out(`",${jsonText({ timeUs, ...more }).slice(1)}\n`);
}
