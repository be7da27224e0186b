import { MAX_FILE } from '../base/limits.ts';
import type { Validator } from '../base/validate.ts';
import { bytes, int, list, oneOf, optional, record, text } from '../base/validate.ts';
import type { Edit, Input } from '../elf/input.ts';
import { checkEdits } from '../trace/record/archive.ts';

/** What a machine's kernel is asked: a program, as far as it takes to load it once more. */
export interface KernelQuestion {
  readonly input: Input;
  readonly edits: readonly Edit[];
  readonly program: string;
  /** Level of the logs that are compared: 2 tells the whole walk. */
  readonly level: 1 | 2;
}

export interface Counts {
  /** 0 or a negative errno; null for what the model does not cover. */
  readonly errno: number | null;
  readonly processed: number;
  readonly totalStates: number;
  readonly peakStates: number;
  readonly maxStatesPerInsn: number;
}
const DISAGREEMENTS = ['none', 'crash', 'verdict', 'errno', 'message', 'statistics', 'log', 'translation'] as const;

/** What it said, beside what the model says of the same program. */
export interface KernelAnswer {
  /** As `uname -r` tells it. */
  readonly release: string;
  /** Why it can't be asked; then there is nothing else. */
  readonly refused?: string | undefined;
  readonly kernel?: Counts | undefined;
  readonly model?: Counts | undefined;
  /** Why the model gives no verdict. */
  readonly unsupported?: string | undefined;
  /** The model failed. */
  readonly crash?: string | undefined;
  /** The gravest in which they part; `none` where they are equal to the letter. */
  readonly disagreement?: (typeof DISAGREEMENTS)[number] | undefined;
  /** The first line in which the logs part, and those before it; null where a log has ended. */
  readonly difference?:
    | {
        readonly line: number;
        readonly before: readonly string[];
        readonly kernel: string | null;
        readonly model: string | null;
      }
    | undefined;
}

const MAX_COUNT = 0xffff_ffff;
const MAX_LINE = 100_000;
const orNull =
  <T>(check: Validator<T>): Validator<T | null> =>
  (value, at) =>
    value === null ? null : check(value, at);

/** A question, as it arrives in the process that asks. */
export const checkQuestion = record<KernelQuestion>({
  input: record<Input>({ kind: oneOf('object', 'assembly'), file: text(4096), bytes: bytes(MAX_FILE) }),
  edits: checkEdits,
  program: text(1000),
  level: oneOf(1, 2),
});
const counts = record<Counts>({
  errno: orNull(int(-4095, 0)),
  processed: int(0, MAX_COUNT),
  totalStates: int(0, MAX_COUNT),
  peakStates: int(0, MAX_COUNT),
  maxStatesPerInsn: int(0, MAX_COUNT),
});
/** An answer, as it arrives from that process. */
export const checkAnswer = record<KernelAnswer>({
  release: text(300),
  refused: optional(text(MAX_LINE)),
  kernel: optional(counts),
  model: optional(counts),
  unsupported: optional(text(MAX_LINE)),
  crash: optional(text(MAX_LINE)),
  disagreement: optional(oneOf(...DISAGREEMENTS)),
  difference: optional(
    record<NonNullable<KernelAnswer['difference']>>({
      line: int(0, MAX_COUNT),
      before: list(20, text(MAX_LINE)),
      kernel: orNull(text(MAX_LINE)),
      model: orNull(text(MAX_LINE)),
    }),
  ),
});
