import type { Asked, CheckKind, ReadFacts } from './check.ts';
import { HOW_USAGE, howWords, linesOf, readHow } from './read-how.ts';

const times = (n: number): string => (n === 1 ? 'once' : `${n} times`);

/**
 * A check of an iterator program that is attached and read to the end. `read` makes it of what stands before the words that say how; `failing` gives
 * what follows "When it is read".
 */
interface OfRead {
  readonly holds: (read: ReadFacts) => boolean;
  readonly failing: (read: ReadFacts) => string;
}
const readCheck = (name: string, argument: string, ask: (rest: string) => OfRead | null): CheckKind => ({
  name,
  usage: `${name} ${argument}${HOW_USAGE}`,
  parse(text) {
    const { rest, how } = readHow(text);
    const asked = ask(rest);
    if (asked === null) return null;
    return {
      holds: (s) => {
        const read = s.read(how);
        return read !== null && read.problem === '' && asked.holds(read);
      },
      failing: (s) => {
        const read = s.read(how);
        if (read === null) return 'It can only be read once the verifier accepts it as an iterator program.';
        return read.problem === ''
          ? `${howWords(how)}, it ${asked.failing(read)}.`
          : `${howWords(how)}: ${read.problem}.`;
      },
    } satisfies Asked;
  },
});

/** So much of a text is quoted. */
const MOST_QUOTED = 60;

/** The text that it writes holds these words; \n stands for a new line. */
export const prints = readCheck('prints', 'TEXT', (argument) => {
  if (argument === '') return null;
  const wanted = argument.replaceAll('\\n', '\n');
  return {
    holds: ({ text }) => text.includes(wanted),
    failing: ({ text }) =>
      text === ''
        ? 'prints nothing'
        : `does not print ${JSON.stringify(wanted)}; its text ${text.length > MOST_QUOTED ? 'begins' : 'is'} ${JSON.stringify(text.slice(0, MOST_QUOTED))}`,
  };
});

/** These words occur so many times in what it writes. */
export const printsTimes = readCheck('prints-times', 'N TEXT', (argument) => {
  const match = /^(\d+) (.+)$/.exec(argument);
  if (match === null) return null;
  const [, n, words = ''] = match;
  const wanted = words.replaceAll('\\n', '\n');
  const occurs = (text: string): number => text.split(wanted).length - 1;
  return {
    holds: ({ text }) => occurs(text) === Number(n),
    failing: ({ text }) =>
      `prints ${JSON.stringify(wanted)} ${times(occurs(text))}; it should do so ${times(Number(n))}`,
  };
});

/** A check that something of a reading is a number. */
const counted = (
  name: string,
  of: (read: ReadFacts) => number,
  failing: (got: number, wanted: number) => string,
): CheckKind =>
  readCheck(name, 'N', (argument) => {
    if (!/^\d+$/.test(argument)) return null;
    const n = Number(argument);
    return { holds: (read) => of(read) === n, failing: (read) => failing(of(read), n) };
  });

/** The kernel calls it so many times, the last call included. */
export const called = counted(
  'called',
  ({ calls }) => calls,
  (got, n) => `is called ${times(got)}; it should be ${times(n)}`,
);

/** So many calls are taken back. */
export const takenBack = counted(
  'taken-back',
  (read) => read.takenBack,
  (got, n) => `has ${got} calls taken back; ${n} are asked for`,
);

/** So many `read()` are made. */
export const reads = counted(
  'reads',
  (read) => read.reads,
  (got, n) => `takes ${got} read() to its end; ${n} are asked for`,
);

/** It writes so many lines. */
export const printsLines = counted(
  'prints-lines',
  ({ text }) => linesOf(text),
  (got, n) => `prints ${got} ${got === 1 ? 'line' : 'lines'}; it should print ${n}`,
);

/** It writes so many bytes. */
export const writes = counted(
  'writes',
  ({ bytes }) => bytes,
  (got, n) => `writes ${got} bytes; it should write ${n}`,
);

/** It can't be attached, or its reading ends early, for a reason with these words. */
export const readFails: CheckKind = {
  name: 'read-fails',
  usage: `read-fails TEXT${HOW_USAGE}`,
  parse(argument) {
    const { rest, how } = readHow(argument);
    if (rest === '') return null;
    const words = howWords(how);
    return {
      holds: (s) => s.read(how)?.problem.includes(rest) === true,
      failing: (s) => {
        const problem = s.read(how)?.problem ?? '';
        return problem === '' ? `${words}, nothing keeps it from its end.` : `${words}: ${problem}.`;
      },
    };
  },
};
