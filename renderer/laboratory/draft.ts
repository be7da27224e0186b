import { say } from '../words/index.ts';

/** JSON as it is written down. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}
/** Where a field lies: keys and indices from the outside. */
export type Path = readonly (string | number)[];

/** A model that is being written: whatever else it has, these are lists. Whether it is right is for the engine to say. */
export interface Draft extends JsonObject {
  readonly iterators: readonly JsonObject[];
}

export const EMPTY: Draft = { iterators: [] };

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path; undefined where there is none. */
export function valueAt(value: Json | undefined, path: Path): Json | undefined {
  let at = value;
  for (const key of path) {
    if (typeof key === 'number') at = Array.isArray(at) ? (at as readonly Json[])[key] : undefined;
    else at = isObject(at) ? at[key] : undefined;
  }
  return at;
}

/** The same with another value at a path; undefined takes the field or the element away, and with it objects that it leaves empty. */
export function put(value: Json | undefined, path: Path, given: Json | undefined): Json | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return given;
  if (typeof key === 'number') {
    const list = Array.isArray(value) ? [...(value as readonly Json[])] : [];
    const inner = put(list[key], rest, given);
    if (inner === undefined) list.splice(key, 1);
    else list[key] = inner;
    return list;
  }
  const object = isObject(value) ? value : {};
  const inner = put(object[key], rest, given);
  if (inner !== undefined && !(isEmpty(inner) && given === undefined)) return { ...object, [key]: inner };
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

const isEmpty = (value: Json): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** A field's path as the engine's messages have it: `iterators[0].new.parameters[1].type`. */
export const fieldName = (path: Path): string =>
  path.reduce<string>(
    (name, key) => (typeof key === 'number' ? `${name}[${key}]` : name === '' ? key : `${name}.${key}`),
    '',
  );

/** Whether a message's field is this one, or lies within it. */
export const isWithin = (field: string, name: string): boolean =>
  field === name || field.startsWith(`${name}.`) || field.startsWith(`${name}[`);

/** A text of JSON as a draft: a model as it is, one iterator as a model that has it. @throws Error in words */
export function draftOf(text: string): Draft {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw new Error(say.laboratory.draft.noJson(error instanceof Error ? error.message : String(error)), {
      cause: error,
    });
  }
  if (!isObject(value)) throw new Error(say.laboratory.draft.noObject);
  if ('element' in value || 'generator' in value) return { iterators: [value] };
  const { iterators = [], ...more } = value;
  if (!Array.isArray(iterators) || !iterators.every(isObject))
    throw new Error(say.laboratory.draft.iteratorsAListOfObjects);
  if (more['rulesOff'] !== undefined && !Array.isArray(more['rulesOff']))
    throw new Error(say.laboratory.draft.rulesOffAListOfRules);
  return { ...more, iterators: iterators as JsonObject[] };
}

export const draftText = (draft: Draft): string => JSON.stringify(draft, null, 2);

/** Whether it says nothing that the kernel itself does not. */
export const saysNothing = (draft: Draft): boolean =>
  Object.values(draft).every((value) => value === undefined || isEmpty(value));
