import { InputError, Unsupported } from '../../core/base/errors.ts';

/** The process as a command sees it; a test gives another one. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

export const processOutput: Output = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

/** Exit statuses of the command line. */
export const ACCEPTED = 0;
export const REJECTED = 1;
export const UNUSABLE = 2;

/** Wrong words on the command line. */
export class UsageError extends Error {}

/** One clear line for an error that a person can act on, or null for one that is ours. */
export function oneLine(error: unknown): string | null {
  const expected = error instanceof InputError || error instanceof Unsupported || error instanceof UsageError;
  const known = error instanceof Error && (expected || error.name === 'BpfError' || 'path' in error);
  return known ? (error as Error).message.replace(/\s*\n\s*/g, ' ') : null;
}
