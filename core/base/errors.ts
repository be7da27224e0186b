import { printable } from './printable.ts';

/** Longest message: what is quoted of an input may be of any length. */
const MAX_MESSAGE = 600;

// Names and quotes come from the input: whatever is in them, the message stays one line that can be printed.
function oneLine(text: string): string {
  const line = printable(text).replaceAll('\n', '\\n');
  return line.length <= MAX_MESSAGE ? line : `${line.slice(0, MAX_MESSAGE - 1)}…`;
}

/** What went wrong with an input that a person gave: which file, where in it, and why. Prints as one clear line. */
export class InputError extends Error {
  /**
   * @param reason what was wrong, in words
   * @param place  where in the file: a section and offset, a line, a record number; empty when it is the whole file
   * @param file   the file's name as the person gave it; filled in by whoever knows it
   */
  constructor(
    readonly reason: string,
    readonly place = '',
    readonly file = '',
  ) {
    super(oneLine([file, place, reason].filter((part) => part !== '').join(': ')));
    this.name = 'InputError';
  }

  /** The same error with the file's name set, if it has none yet. */
  inFile(file: string): InputError {
    return this.file === '' ? new InputError(this.reason, this.place, file) : this;
  }
}

/** A feature of BPF that the model knows of and does not cover. Never turned into a verdict. */
export class Unsupported extends Error {
  constructor(
    readonly feature: string,
    /** Instruction index where it was met, or -1. */
    readonly insn = -1,
  ) {
    super(`unsupported: ${feature}${insn >= 0 ? ` (instruction ${insn})` : ''}`);
    this.name = 'Unsupported';
  }
}

/** For the default branch of an exhaustive switch: a compile error when a variant is missing. */
export function never(value: never): never {
  throw new Error(`unexpected variant: ${String(value)}`);
}
