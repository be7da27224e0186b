import { count } from './check.ts';
import type { Asked, CheckKind, ReadFacts } from './check.ts';

const times = (n: number): string => (n === 1 ? 'once' : `${n} times`);

/** A check of an iterator program that is attached and read to the end. */
const ofRead = (holds: (read: ReadFacts) => boolean, failing: (read: ReadFacts) => string): Asked => ({
  holds: (s) => {
    const read = s.read();
    return read !== null && read.problem === '' && holds(read);
  },
  failing: (s) => {
    const read = s.read();
    if (read === null) return 'It can only be read once the verifier accepts it as an iterator program.';
    return read.problem === '' ? failing(read) : `When it is read: ${read.problem}.`;
  },
});

/** The text that it writes holds these words; \n stands for a new line. */
export const prints: CheckKind = {
  name: 'prints',
  usage: 'prints TEXT',
  parse(argument) {
    if (argument === '') return null;
    const wanted = argument.replaceAll('\\n', '\n');
    return ofRead(
      ({ text }) => text.includes(wanted),
      ({ text }) =>
        text === ''
          ? 'When it is read, it prints nothing.'
          : `When it is read, it does not print ${JSON.stringify(wanted)}.`,
    );
  },
};

/** These words occur so many times in what it writes. */
export const printsTimes: CheckKind = {
  name: 'prints-times',
  usage: 'prints-times N TEXT',
  parse(argument) {
    const match = /^(\d+) (.+)$/.exec(argument);
    if (match === null) return null;
    const [, n, wanted = ''] = match;
    const occurs = (text: string): number => text.split(wanted).length - 1;
    return ofRead(
      ({ text }) => occurs(text) === Number(n),
      ({ text }) =>
        `When it is read, it prints ${JSON.stringify(wanted)} ${times(occurs(text))}; it should ${times(Number(n))}.`,
    );
  },
};

/** The kernel calls it so many times, the last call included. */
export const called: CheckKind = {
  name: 'called',
  usage: 'called N',
  parse(argument) {
    const n = count(argument);
    if (n === null) return null;
    return ofRead(
      ({ calls }) => calls === n,
      ({ calls }) => `When it is read, it is called ${times(calls)}; it should be ${times(n)}.`,
    );
  },
};
