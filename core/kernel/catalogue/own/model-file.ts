import { InputError, Unsupported } from '../../../base/errors.ts';
import { fnv1a } from '../../../base/hash.ts';
import { withSchema } from '../../../base/json-schema.ts';
import { parseJson } from '../../../base/json.ts';
import { encodeUtf8 } from '../../../base/utf8.ts';
import { int, list, oneOf, only, optional, ShapeError, text } from '../../../base/validate.ts';
import type { Validator } from '../../../base/validate.ts';
import type { KernelModel, Limits } from '../../model.ts';
import { ITERATOR_RULES } from '../../rules/iterator-rules.ts';
import type { IteratorRule } from '../../rules/iterator-rules.ts';
import { checkRegistration } from '../../rules/registration.ts';
import type { Violation } from '../../rules/registration.ts';
import { declareIterators } from '../iterators/declare.ts';
import { kfuncsOf } from '../iterators/table.ts';
import { iteratorDefinition } from './definition.ts';
import type { IteratorDefinition } from './definition.ts';
import { ownIterator } from './own-iterator.ts';
import type { OwnIterator } from './own-iterator.ts';

/** A kernel's model as people write it down (JSON): what it has beyond the one that it is derived from. */
export interface ModelFile {
  readonly title: string | undefined;
  readonly limits: Readonly<Partial<Limits>> | undefined;
  readonly iterators: readonly IteratorDefinition[] | undefined;
  readonly rulesOff: readonly IteratorRule[] | undefined;
}

/** Bytes of a file that are read. */
const LARGEST = 1 << 20;
const MAX_ITERATORS = 64;
/** Of what is added, so many are named in a model's title. */
const NAMED = 4;

/** A number for each limit, from 1 up to what the model it is derived from could count. */
const LIMITS: { readonly [K in keyof Limits]: Validator<number | undefined> } = {
  programInsns: optional(int(1, 10_000_000)),
  processed: optional(int(1, 100_000_000)),
  waitingPaths: optional(int(1, 1_000_000)),
  subprograms: optional(int(1, 65_536)),
  frames: optional(int(1, 64)),
  stack: optional(int(8, 512)),
  stackBeforeTailCall: optional(int(0, 512)),
  linkedRegisters: optional(int(1, 64)),
  traceRecord: optional(int(0, 1 << 20)),
  tailCalls: optional(int(0, 1_000_000)),
  mayGotoLoops: optional(int(0, 2 ** 31)),
};

const limitsShape = only<{ [K in keyof Limits]: number | undefined }>(LIMITS);
const limits: Validator<Partial<Limits>> = withSchema(
  (of) => of(limitsShape),
  (value, at) => {
    const given = limitsShape(value, at);
    return Object.fromEntries(Object.entries(given).filter(([, limit]) => limit !== undefined));
  },
);

const definitionList = list(MAX_ITERATORS, iteratorDefinition);

/** What a file of a model must be like. */
export const modelFile = only<ModelFile>({
  title: optional(text(200)),
  limits: optional(limits),
  iterators: optional(
    withSchema(
      (of) => of(definitionList),
      (value, at) => {
        const definitions = definitionList(value, at);
        definitions.forEach(({ name }, i) => {
          if (definitions.findIndex((one) => one.name === name) < i)
            throw new ShapeError(`${at}[${i}].name`, `there is an iterator ${name} already`);
        });
        return definitions;
      },
    ),
  ),
  rulesOff: optional(list(ITERATOR_RULES.length, oneOf(...ITERATOR_RULES.map(({ id }) => id)))),
});

/** What a file of the modelled kernel holds: a definition by itself, or a whole model. */
export type Described =
  | { readonly kind: 'iterator'; readonly definition: IteratorDefinition }
  | { readonly kind: 'model'; readonly model: ModelFile };

/** Fields that only a model has: by them a model is told from a definition of one iterator. */
export const OF_A_MODEL: readonly string[] = ['title', 'limits', 'iterators', 'rulesOff'];

/**
 * Reads a definition of an iterator, or a model with any number of them.
 * @throws InputError with the field's path and the rule
 */
export function describedBy(bytes: Uint8Array): Described {
  const value = parseJson(bytes, LARGEST);
  const isModel =
    typeof value === 'object' && value !== null && OF_A_MODEL.some((field) => Object.hasOwn(value, field));
  return told(() =>
    isModel
      ? { kind: 'model', model: modelFile(value, '') }
      : { kind: 'iterator', definition: iteratorDefinition(value, '') },
  );
}

/** The iterators that a file describes, made for a kernel. @throws InputError with the field's path and the rule */
export function iteratorsOf(described: Described, kernel: KernelModel): readonly OwnIterator[] {
  return told(() =>
    described.kind === 'iterator'
      ? [ownIterator(described.definition, kernel.btf)]
      : (described.model.iterators ?? []).map((one, i) => ownIterator(one, kernel.btf, `iterators[${i}]`)),
  );
}

/** What registering an iterator's functions in a kernel would say: all that the kernel refuses, and all that it lets pass. */
export function registration(own: OwnIterator, kernel: KernelModel): readonly Violation[] {
  const { descriptor } = own;
  return checkRegistration(declareIterators(kernel.btf, [descriptor]), kfuncsOf(descriptor), {
    size: kernel.rules.size,
  });
}

/** Each violation once: the three methods of an iterator have one state, whose faults each of them has. */
export function distinct(violations: readonly Violation[]): readonly Violation[] {
  const keyOf = ({ kind, place, message }: Violation): string => (place === 'structure' ? kind : message);
  return violations.filter((one, i) => violations.findIndex((other) => keyOf(other) === keyOf(one)) === i);
}

/** The field of a definition that breaks a rule of registration. */
export function fieldOf({ func, place, kind }: Violation, { definition, descriptor }: OwnIterator): string {
  const { name, breaks, size, state, prototypes } = definition;
  const method = (['new', 'next', 'destroy'] as const).find((one) => descriptor[one].name === func);
  if (place === 'structure')
    return breaks?.includes('odd-size') === true
      ? `breaks[${breaks.indexOf('odd-size')}]`
      : size !== undefined || state === undefined
        ? 'size'
        : 'state.fields';
  if (kind === 'incomplete-trio' || place === 'flags')
    return `flags.${method ?? func.slice(`bpf_iter_${name}_`.length)}`;
  if (method !== undefined && prototypes?.[method] !== undefined) return `prototypes.${method}`;
  return 'name';
}

/** The model that a file describes, derived from another one. @throws InputError with the field's path and the rule, or what registration refuses */
export function modelOf(described: Described, base: KernelModel): KernelModel {
  const own = iteratorsOf(described, base);
  const {
    title,
    limits: changed,
    rulesOff,
  } = described.kind === 'model' ? described.model : { title: undefined, limits: undefined, rulesOff: undefined };
  const names = [...own.map(({ definition }) => definition.name), ...Object.keys(changed ?? {})];
  const kept = base.derive({ rulesOff: rulesOff ?? [] });
  own.forEach((one, i) => {
    const refused = registration(one, kept).find(({ errno }) => errno !== 0);
    const prefix = described.kind === 'iterator' ? '' : `iterators[${i}].`;
    if (refused !== undefined) throw new InputError(refused.message, `${prefix}${fieldOf(refused, one)}`);
  });
  const mark = digest(described);
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  const called = names.length === 0 ? base.title : `${base.title} with ${names.slice(0, NAMED).join(', ')}${more}`;
  return base.derive({
    id: `${[base.id, ...names].join('+')}#${mark}`,
    title: `${title ?? called} [${mark}]`,
    iterators: own.map(({ descriptor }) => descriptor),
    ...(changed === undefined ? {} : { limits: changed }),
    ...(rulesOff === undefined ? {} : { rulesOff }),
  });
}

/** Eight digits that tell descriptions apart which call themselves alike (FNV-1a): a trace names its model. */
function digest(described: Described): string {
  const words = JSON.stringify(described, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  return fnv1a(encodeUtf8(words)).toString(16).padStart(8, '0');
}

function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Unsupported) throw new InputError(error.feature);
    throw error instanceof ShapeError ? new InputError(error.reason, error.at) : error;
  }
}
