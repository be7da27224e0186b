import { InputError } from '../base/errors.ts';
import type { Trace } from '../trace/record/trace.ts';

/** What a run of a program did. */
export interface RunFacts {
  /** Why it was stopped; empty when it reached its end. */
  readonly fault: string;
  /** The low 32 bits of its result. */
  readonly returned: number;
  /** How often the instruction that ran most often did. */
  readonly rounds: number;
  /** What was done to iterators, in order. `ref` tells them apart. */
  readonly iterators: readonly {
    readonly type: string;
    readonly ref: number;
    readonly what: 'new' | 'element' | 'null' | 'destroy';
  }[];
}

/** What a check looks at: a program, its verification, and a run of it. */
export interface Subject {
  readonly trace: Trace;
  /** Names of the kernel functions that the program calls, in order of the instructions. */
  readonly calls: readonly string[];
  /** Runs the program, once for all checks; null when it was not accepted, and may not run. */
  run(): RunFacts | null;
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

const LIFE = ['new', 'element', 'null', 'destroy'] as const;
type Event = (typeof LIFE)[number];
const NEVER: Readonly<Record<Event, (type: string) => string>> = {
  new: (type) => `When it runs, no ${type} iterator is constructed.`,
  element: (type) => `When it runs, next of the ${type} iterator never gives an element.`,
  null: (type) =>
    `When it runs, it stops before next of the ${type} iterator has given NULL: the loop is left too early.`,
  destroy: (type) => `When it runs, the ${type} iterator is not destroyed after its loop.`,
};
const isEvent = (word: string): word is Event => (LIFE as readonly string[]).includes(word);

/** The first of these events that does not follow the ones before it on any one iterator; null when all do. */
function missing({ iterators }: RunFacts, type: string, wanted: readonly Event[]): Event | null {
  let furthest = 0;
  const reached = new Map<number, number>();
  for (const { type: of, ref, what } of iterators) {
    const at = reached.get(ref) ?? 0;
    if (of !== type || wanted[at] !== what) continue;
    reached.set(ref, at + 1);
    furthest = Math.max(furthest, at + 1);
  }
  return wanted[furthest] ?? null;
}
const elements = ({ iterators }: RunFacts, type: string): number =>
  iterators.filter((event) => event.type === type && event.what === 'element').length;

/** A check of a run: what did not end, or may not run, does not hold. */
const ofRun = (holds: (run: RunFacts) => boolean, failing: (run: RunFacts) => string): Omit<Check, 'text'> => ({
  holds: (s) => {
    const run = s.run();
    return run !== null && run.fault === '' && holds(run);
  },
  failing: (s) => {
    const run = s.run();
    if (run === null) return 'It can only be run once the verifier accepts it.';
    return run.fault === '' ? failing(run) : `When it runs, it is stopped: ${run.fault}.`;
  },
});
const times = (n: number): string => (n === 1 ? 'once' : `${n} times`);

const RULES: readonly Rule[] = [
  {
    pattern: /^returns (-?\d+)$/,
    usage: 'returns N',
    make: ([, n]) =>
      ofRun(
        ({ returned }) => returned === Number(n) >>> 0,
        ({ returned }) => `When it runs, it returns ${returned}; it should return ${n}.`,
      ),
  },
  {
    pattern: /^loops(?: (\d+))?$/,
    usage: 'loops [N]',
    make: ([, n = '2']) =>
      ofRun(
        ({ rounds }) => rounds >= Number(n),
        ({ rounds }) =>
          rounds < 2
            ? 'When it runs, nothing runs twice: it has no loop that goes round.'
            : `When it runs, its loop goes round ${times(rounds)}; ${n} are asked for.`,
      ),
  },
  {
    pattern: /^iterator (\w+)((?: (?:new|element|null|destroy))+)$/,
    usage: 'iterator TYPE [new] [element] [null] [destroy]',
    make: ([, type = '', words = '']) => {
      const wanted = words.trim().split(' ').filter(isEvent);
      return ofRun(
        (run) => missing(run, type, wanted) === null,
        (run) => NEVER[missing(run, type, wanted) ?? 'new'](type),
      );
    },
  },
  {
    pattern: /^elements (\w+) (\d+)$/,
    usage: 'elements TYPE N',
    make: ([, type = '', n]) =>
      ofRun(
        (run) => elements(run, type) === Number(n),
        (run) =>
          `When it runs, next of the ${type} iterator gives an element ${times(elements(run, type))}; it should ${times(Number(n))}.`,
      ),
  },
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
