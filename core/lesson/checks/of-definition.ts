import { count } from './check.ts';
import type { Asked, Check, CheckKind, DefinitionFacts, Subject } from './check.ts';

const NONE = 'There is no definition of an iterator to look at.';
const FILE = String.raw`([\w-]+\.json)`;

/** A check of what the learner defined. */
const ofDefinition = (holds: (own: DefinitionFacts) => boolean, failing: (own: DefinitionFacts) => string): Asked => ({
  holds: ({ definition }) => definition !== undefined && holds(definition),
  failing: ({ definition }) => (definition === undefined ? NONE : failing(definition)),
});

/** The kernel registers it. */
export const registered: CheckKind = {
  name: 'registered',
  usage: 'registered',
  parse: (argument) =>
    argument !== ''
      ? null
      : ofDefinition(
          ({ refused }) => refused.length === 0,
          ({ refused }) => `It is not registered: ${refused[0] ?? ''}`,
        ),
};

/** The kernel refuses to register it, in these words if some are given. */
export const refused: CheckKind = {
  name: 'refused',
  usage: 'refused [TEXT]',
  parse: (text) =>
    ofDefinition(
      (own) => own.refused.length > 0 && own.refused.some((words) => words.includes(text)),
      (own) => own.refused[0] ?? 'The kernel registers it.',
    ),
};

/** What the documentation asks, and the kernel does not look at when it registers. */
export const remarks: CheckKind = {
  name: 'remarks',
  usage: 'remarks nothing|TEXT',
  parse: (text) =>
    text === ''
      ? null
      : ofDefinition(
          (own) => (text === 'nothing' ? own.remarks.length === 0 : own.remarks.some((words) => words.includes(text))),
          (own) => own.remarks[0] ?? 'There is nothing to remark.',
        ),
};

export const stateSize: CheckKind = {
  name: 'size',
  usage: 'size [<=] N',
  parse(argument) {
    const most = argument.startsWith('<=');
    const n = count(argument.replace(/^<=/, '').trim());
    if (n === null) return null;
    return ofDefinition(
      ({ size }) => (most ? size <= n : size === n),
      ({ size }) => `Its state has ${size} bytes; ${n} ${most ? 'are the most' : 'are asked for'}.`,
    );
  },
};

/** The state has such a field. */
export const keeps: CheckKind = {
  name: 'keeps',
  usage: 'keeps FIELD TYPE',
  parse(argument) {
    const [, name = '', type = ''] = /^(\w+) (\w+)$/.exec(argument) ?? [];
    if (name === '') return null;
    const found = (own: DefinitionFacts): string | undefined => own.fields.find((one) => one.name === name)?.type;
    return ofDefinition(
      (own) => found(own) === type,
      (own) => {
        const other = found(own);
        return other === undefined
          ? `Its state has no field ${name}.`
          : `The field ${name} of its state is ${other}; it should be ${type}.`;
      },
    );
  },
};

const told = ({ definitionOf }: Subject, file: string): DefinitionFacts | null => definitionOf?.(file) ?? null;

/** A definition among the lesson's files is registered. */
export const registers: CheckKind = {
  name: 'registers',
  usage: 'registers FILE.json',
  parse: (argument) =>
    !new RegExp(`^${FILE}$`).test(argument)
      ? null
      : {
          holds: (s) => told(s, argument)?.refused.length === 0,
          failing: (s) => told(s, argument)?.refused[0] ?? `There is no ${argument}.`,
        },
};

/** A definition among the lesson's files is refused, in these words if some are given. */
export const refuses: CheckKind = {
  name: 'refuses',
  usage: 'refuses FILE.json [TEXT]',
  parse(argument) {
    const [, file, text = ''] = new RegExp(`^${FILE}(?: (.+))?$`).exec(argument) ?? [];
    if (file === undefined) return null;
    const words = (s: Subject): readonly string[] => told(s, file)?.refused ?? [];
    return {
      holds: (s) => words(s).some((one) => one.includes(text)),
      failing: (s) => words(s)[0] ?? `The kernel registers ${file}.`,
    };
  },
};

/** Some line of the program, as the kernel rewrites it, has this text. */
export const translated: CheckKind = {
  name: 'translated contains',
  usage: 'translated contains TEXT',
  parse: (text) =>
    text === ''
      ? null
      : {
          holds: (s) => s.translated?.()?.some((line) => line.text.includes(text)) === true,
          failing: (s) =>
            s.translated?.() == null
              ? 'The kernel rewrites only what it accepts.'
              : `As the kernel rewrites it, it has no ${text}.`,
        },
};

/** `in PROGRAM: CHECK` is about another program of the same file, verified and run by the same rules; null for what is not written so. */
export function inProgram(text: string, parse: (text: string) => Check): Check | null {
  const [, name, asked] = /^in (\w+): (.+)$/.exec(text) ?? [];
  if (name === undefined || asked === undefined) return null;
  const inner = parse(asked);
  const about = (s: Subject): Subject | undefined => {
    const other = s.others?.get(name);
    return other === undefined || s.definition === undefined ? other : { ...other, definition: s.definition };
  };
  return {
    text,
    programs: [name, ...(inner.programs ?? [])],
    holds(s) {
      const other = about(s);
      return other !== undefined && inner.holds(other);
    },
    failing(s) {
      const other = about(s);
      return other === undefined ? `There is no program ${name}.` : `In the program ${name}: ${inner.failing(other)}`;
    },
  };
}
