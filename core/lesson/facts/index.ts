import { InputError } from '../../base/errors.ts';
import { grouped } from '../../trace/query/numbers.ts';
import type { ReadFacts, ReadHow, RunFacts, Subject } from '../checks/check.ts';
import { HOW_USAGE, linesOf, readHow } from '../checks/read-how.ts';
import { sizeOfStruct } from '../checks/of-flow.ts';
import { flagsOf, prototypeOf } from './of-kfunc.ts';
import { known, WALK_COUNTS } from '../checks/of-walk.ts';

/** Something about a page's program that a sentence has the engine say: `{{processed}}`, `{{knows r6 at 12}}`. */
export interface Fact {
  readonly name: string;
  /** How it is written, for errors and for who writes lessons. */
  readonly usage: string;
  /** Reads what follows the name; null when it is not written so. */
  parse(argument: string): ((subject: Subject) => string | null) | null;
}

const ofName = (name: string, usage: string, of: (subject: Subject, named: string) => string | null): Fact => ({
  name,
  usage,
  parse: (argument) => (/^\w+$/.test(argument) ? (subject) => of(subject, argument) : null),
});
const plain = (name: string, of: (subject: Subject) => string | null): Fact => ({
  name,
  usage: name,
  parse: (argument) => (argument === '' ? of : null),
});
/** Of a run, with a global variable set to something else if one is named. */
const ofSetting = (name: string, of: (run: RunFacts) => string | null): Fact => ({
  name,
  usage: `${name} [when VARIABLE=VALUE]`,
  parse(argument) {
    const found = /^(?:when ([\w.[\]]+=-?\w+))?$/.exec(argument);
    return found === null
      ? null
      : (subject) => {
          const run = subject.run(found[1]);
          return run === null ? null : of(run);
        };
  },
});
const numbered = (name: string, usage: string, of: (subject: Subject, n: number) => string | null): Fact => ({
  name,
  usage,
  parse: (argument) => (/^\d+$/.test(argument) ? (subject) => of(subject, Number(argument)) : null),
});

const stepsAt = ({ trace }: Subject, insn: number): number[] => {
  const found: number[] = [];
  trace.data.pcs.forEach((pc, i) => {
    if (pc === insn) found.push(i + 1);
  });
  return found;
};

/** What is counted of a reading. */
const READ_COUNTS: Readonly<Record<string, (read: ReadFacts) => number>> = {
  calls: ({ calls }) => calls,
  'taken-back': ({ takenBack }) => takenBack,
  reads: ({ reads }) => reads,
  lines: ({ text }) => linesOf(text),
  bytes: ({ bytes }) => bytes,
};
function ofRead(s: Subject, how: ReadHow, of: (read: ReadFacts) => string | null): string | null {
  const read = s.read(how);
  return read === null || read.problem !== '' ? null : of(read);
}

/** Every fact that a lesson's text may ask for. */
export const FACTS: readonly Fact[] = [
  ...Object.entries(WALK_COUNTS).map(([name, of]) => plain(name, (s) => grouped(of(s)))),
  plain('verdict', ({ trace }) => (trace.data.stats.errno === 0 ? 'accepted' : 'rejected')),
  // The last line of what the verifier complains about.
  plain('message', ({ trace }) => trace.data.rejection?.message.trim().split('\n').at(-1) ?? null),
  numbered(
    'message-line',
    'message-line N',
    ({ trace }, n) => trace.data.rejection?.message.split('\n')[n - 1]?.trim() || null,
  ),
  ofSetting('returns', (run) => (run.fault !== '' ? null : String(run.returned | 0))),
  plain('rounds', (s) => {
    const run = s.run();
    return run === null || run.fault !== '' ? null : grouped(run.rounds);
  }),
  ofName('left-in', 'left-in VARIABLE', (s, name) => {
    const run = s.run();
    return run === null || run.fault !== '' ? null : (run.variable(name, 'after-work')?.toString() ?? null);
  }),
  ofSetting('breach', ({ breaches }) => breaches[0]?.text ?? null),
  ofSetting('fault', ({ fault }) => fault || null),
  ...Object.entries(READ_COUNTS).map(([name, of]): Fact => ({
    name,
    usage: `${name}${HOW_USAGE}`,
    parse(argument) {
      const { rest, how } = readHow(argument);
      return rest === '' ? (s) => ofRead(s, how, (read) => grouped(of(read))) : null;
    },
  })),
  {
    name: 'read-problem',
    usage: `read-problem${HOW_USAGE}`,
    parse(argument) {
      const { rest, how } = readHow(argument);
      return rest === '' ? (s) => s.read(how)?.problem || null : null;
    },
  },
  {
    name: 'prints-line',
    usage: `prints-line N${HOW_USAGE}`,
    parse(argument) {
      const { rest, how } = readHow(argument);
      if (!/^[1-9]\d*$/.test(rest)) return null;
      return (s) => ofRead(s, how, ({ text }) => text.split('\n')[Number(rest) - 1]?.trim() ?? null);
    },
  },
  numbered('insn', 'insn INSN', ({ view }, pc) => view.text.texts[pc] ?? null),
  numbered('first-step', 'first-step INSN', (s, pc) => stepsAt(s, pc)[0]?.toString() ?? null),
  numbered('last-step', 'last-step INSN', (s, pc) => stepsAt(s, pc).at(-1)?.toString() ?? null),
  numbered('visits', 'visits INSN', (s, pc) => grouped(stepsAt(s, pc).length)),
  {
    name: 'knows',
    usage: 'knows rN|fp-N at STEP',
    parse(argument) {
      const at = /^(r\d|r10|fp-\d+) at (\d+)$/.exec(argument);
      return at === null ? null : (s) => known(s, at[1]!, Number(at[2]))?.words ?? null;
    },
  },
  {
    name: 'kernel',
    usage: 'kernel rN at STEP',
    parse(argument) {
      const at = /^(r\d|r10) at (\d+)$/.exec(argument);
      return at === null ? null : (s) => known(s, at[1]!, Number(at[2]))?.kernel || null;
    },
  },
  {
    name: 'registration',
    usage: 'registration FILE.json',
    parse(file) {
      if (!/^[\w-]+\.json$/.test(file)) return null;
      return (s) => {
        const told = s.definitionOf?.(file) ?? null;
        return told === null ? null : (told.refused[0] ?? 'registered');
      };
    },
  },
  {
    name: 'state-size',
    usage: 'state-size [FILE.json]',
    parse(file) {
      if (!/^([\w-]+\.json)?$/.test(file)) return null;
      return (s) => (file === '' ? s.definition : s.definitionOf?.(file))?.size.toString() ?? null;
    },
  },
  numbered('translated', 'translated N', (s, n) => s.translated?.()?.find(({ index }) => index === n)?.text ?? null),
  ofName('prototype', 'prototype FUNCTION', prototypeOf),
  ofName('flags', 'flags FUNCTION', flagsOf),
  ofName('sizeof', 'sizeof STRUCT', (s, name) => sizeOfStruct(s, name)?.toString() ?? null),
];

const MARK = /\{\{([^{}\n]+)\}\}/g;

/** The marks of a text, as they stand there, in order. */
export const marksIn = (text: string): readonly string[] => text.match(MARK) ?? [];

/** A text with its marks replaced by what is said of each. */
export const filledIn = (text: string, said: ReadonlyMap<string, string>): string =>
  text.replace(MARK, (mark) => said.get(mark) ?? mark);

/** What a page's text asks for, in order. @throws InputError for something that is no fact */
export function factsIn(text: string, place: string, file: string): void {
  for (const [, asked = ''] of text.matchAll(MARK)) factOf(asked.trim(), place, file);
}

function factOf(asked: string, place: string, file: string): (subject: Subject) => string | null {
  const fact = [...FACTS]
    .sort((a, b) => b.name.length - a.name.length)
    .find(({ name }) => asked === name || asked.startsWith(`${name} `));
  const read = fact?.parse(asked.slice(fact.name.length).trim());
  if (read != null) return read;
  throw new InputError(
    fact === undefined
      ? `{{${asked}}} asks for nothing that is known; known: ${FACTS.map(({ usage }) => usage).join(', ')}`
      : `{{${asked}}} is written {{${fact.usage}}}`,
    place,
    file,
  );
}

/**
 * A text with what it asks for filled in.
 * @throws InputError where the program does not have it
 */
export function withFacts(text: string, subject: Subject, place: string, file: string): string {
  return text.replace(MARK, (_, asked: string) => {
    const said = factOf(asked.trim(), place, file)(subject);
    if (said === null) throw new InputError(`{{${asked}}}: the page's program has none`, place, file);
    return said;
  });
}

/** Whether a text asks for facts at all. */
export const asksFacts = (text: string): boolean => text.includes('{{');
