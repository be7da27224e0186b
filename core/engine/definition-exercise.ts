import { InputError } from '../base/errors.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import { describedBy, distinct, iteratorsOf, registration } from '../kernel/catalogue/own/model-file.ts';
import type { Described } from '../kernel/catalogue/own/model-file.ts';
import type { KernelModel } from '../kernel/model.ts';
import type { Check, DefinitionFacts, Subject } from '../lesson/index.ts';

/** Which line of a text a parser of JSON means. */
function lineOf(text: string, reason: string): string {
  const at = /position (\d+)/.exec(reason)?.[1];
  if (at === undefined && !/end of JSON/i.test(reason)) return '';
  return `line ${text.slice(0, at === undefined ? text.length : Number(at)).split('\n').length}`;
}

function read(text: string): Described {
  try {
    return describedBy(encodeUtf8(text));
  } catch (error) {
    if (!(error instanceof InputError) || error.place !== '') throw error;
    throw new InputError(error.reason, lineOf(text, error.reason), error.file);
  }
}

/**
 * What a definition is, and what the kernel says when it is to be registered. In an exercise it is one iterator by the kernel's own rules and limits: with
 * a rule less, anything would do.
 * @throws InputError with the place, for what is no JSON or no definition
 */
export function definitionFacts(text: string, kernel: KernelModel): DefinitionFacts {
  const described = read(text);
  if (described.kind === 'model' && (described.model.rulesOff?.length ?? 0) > 0)
    throw new InputError('no rule may be switched off here', 'rulesOff');
  if (described.kind === 'model' && described.model.limits !== undefined)
    throw new InputError('the limits stay what they are here', 'limits');
  const [own, more] = iteratorsOf(described, kernel);
  if (own === undefined || more !== undefined) throw new InputError('one iterator is asked for', 'iterators');
  const found = distinct(registration(own, kernel));
  const saying = (refused: boolean): string[] =>
    found.filter(({ errno }) => (errno !== 0) === refused).map(({ message }) => message);
  const fields = own.fields.map(({ name, type }) => ({ name, type }));
  return { refused: saying(true), remarks: saying(false), size: own.descriptor.size, fields };
}

/** A subject with what some checks ask of besides its program: definitions among the lesson's files, and other programs of its file. */
export async function withOthers(
  about: Subject,
  checks: readonly Check[],
  open: (program: string) => Promise<Subject>,
): Promise<Subject> {
  const names = new Set(checks.flatMap(({ programs = [] }) => programs));
  if (names.size === 0) return about;
  const others = new Map<string, Subject>();
  for (const name of names) others.set(name, await open(name));
  return { ...about, others };
}

/** The other programs that an exercise asks about, in its checks and hints. */
export const checksOf = (exercise: {
  readonly checks: readonly Check[];
  readonly hints: readonly { readonly unless?: Check }[];
}): readonly Check[] => [...exercise.checks, ...exercise.hints.flatMap(({ unless }) => unless ?? [])];
