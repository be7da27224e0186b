import { InputError } from '../base/errors.ts';
import type { Trace } from '../trace/trace.ts';

/** What a check looks at: a program and its verification. */
export interface Subject {
  readonly trace: Trace;
  /** Names of the kernel functions that the program calls, in order of the instructions. */
  readonly calls: readonly string[];
}

/** A statement about a verification that a lesson makes, without code. */
export interface Check {
  /** As it is written: `processed <= 40`. */
  readonly text: string;
  holds(subject: Subject): boolean;
  /** What to say to the learner when it does not hold. */
  failing(subject: Subject): string;
}

interface Rule {
  readonly pattern: RegExp;
  /** How it is written, for errors. */
  readonly usage: string;
  make(match: RegExpExecArray): Omit<Check, 'text'>;
}

const accepted = (s: Subject): boolean => s.trace.data.stats.errno === 0;
const message = (s: Subject): string => s.trace.data.rejection?.message ?? '';
const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

/** The first fork of a kind: what went on at once. A next's path that waits is the non-NULL one exactly when the path that goes on has r0 = 0. */
function nullFirst(s: Subject): boolean | null {
  const fork = s.trace.data.forks.find(({ kind }) => kind === 'next');
  if (fork === undefined || fork.step >= s.trace.steps) return null;
  const after = s.trace.seek(fork.step + 1);
  const r0 = after.frames.at(-1)?.regs[0];
  return r0 !== undefined && r0 !== null && r0.type === 1 && r0.scalar.isConst && r0.scalar.value === 0n;
}

const RULES: readonly Rule[] = [
  {
    pattern: /^accepted$/,
    usage: 'accepted',
    make: () => ({
      holds: accepted,
      failing: (s) =>
        `The verifier rejects it: ${lastLine(message(s)) || (s.trace.data.stats.unsupported ?? 'unknown')}`,
    }),
  },
  {
    pattern: /^rejected(?: ([\w-]+))?$/,
    usage: 'rejected [KIND]',
    make: ([, kind]) => ({
      holds: (s) => s.trace.data.rejection !== null && (kind === undefined || s.trace.data.rejection.kind === kind),
      failing: (s) =>
        accepted(s) ? 'The verifier accepts it.' : `It is rejected for another reason: ${lastLine(message(s))}`,
    }),
  },
  {
    pattern: /^calls (\w+)$/,
    usage: 'calls FUNCTION',
    make: ([, name = '']) => ({
      holds: (s) => s.calls.includes(name),
      failing: () => `The program does not call ${name}.`,
    }),
  },
  {
    pattern: /^processed <= (\d+)$/,
    usage: 'processed <= N',
    make: ([, n]) => ({
      holds: (s) => s.trace.data.stats.processed <= Number(n),
      failing: (s) => `It takes ${s.trace.data.stats.processed} instructions to verify; ${n} are enough.`,
    }),
  },
  {
    pattern: /^message contains (.+)$/,
    usage: 'message contains TEXT',
    make: ([, text = '']) => ({
      holds: (s) => message(s).includes(text),
      failing: (s) =>
        message(s) === '' ? 'The verifier has nothing to complain about.' : `It says: ${lastLine(message(s))}`,
    }),
  },
  {
    pattern: /^fork-first (null|non-null)$/,
    usage: 'fork-first null|non-null',
    make: ([, which]) => ({
      holds: (s) => nullFirst(s) === (which === 'null'),
      failing: () => 'Watch which path goes on at the first fork.',
    }),
  },
  {
    pattern: /^next-forks (\d+)$/,
    usage: 'next-forks N',
    make: ([, n]) => ({
      holds: (s) => s.trace.data.forks.filter(({ kind }) => kind === 'next').length === Number(n),
      failing: (s) => `It forks ${s.trace.data.forks.filter(({ kind }) => kind === 'next').length} times at next.`,
    }),
  },
  {
    pattern: /^last-path (exit|pruned|rejected)$/,
    usage: 'last-path exit|pruned|rejected',
    make: ([, end]) => ({
      holds: (s) => s.trace.data.paths.at(-1)?.end === end,
      failing: () => 'Watch how the last path ends.',
    }),
  },
  {
    pattern: /^never$/,
    usage: 'never',
    make: () => ({ holds: () => false, failing: () => '' }),
  },
];

/**
 * Parses a check.
 * @throws InputError naming the checks there are
 */
export function parseCheck(text: string, place: string, file: string): Check {
  for (const { pattern, make } of RULES) {
    const match = pattern.exec(text);
    if (match !== null) return { text, ...make(match) };
  }
  throw new InputError(
    `unknown check ${JSON.stringify(text)}; known: ${RULES.map(({ usage }) => usage).join(', ')}`,
    place,
    file,
  );
}
