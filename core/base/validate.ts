import { objectSchema, withSchema } from './json-schema.ts';
import { nearest } from './nearest.ts';

/** A value that does not have the shape that was agreed. Says where in it and what was expected there. */
export class ShapeError extends Error {
  constructor(
    readonly at: string,
    readonly reason: string,
  ) {
    super(`${at}: ${reason}`);
    this.name = 'ShapeError';
  }
}

/** Checks that an unknown value is a `T` and returns it; throws `ShapeError` naming `at` otherwise. */
export type Validator<T> = (value: unknown, at: string) => T;

/** What a value is, as a message may say it. */
export const describe = (value: unknown): string =>
  value === undefined ? 'nothing' : value === null ? 'null' : Array.isArray(value) ? 'an array' : `${typeof value}`;

const cut = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
/** A value as a message may quote it. */
const quote = (value: unknown): string =>
  typeof value === 'string'
    ? cut(value)
    : typeof value === 'object' || value === undefined
      ? describe(value)
      : String(value);

/** A whole number in `min..max`. */
export const int = (min: number, max: number): Validator<number> =>
  withSchema({ type: 'integer', minimum: min, maximum: max }, (value, at) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
      throw new ShapeError(at, `expected a whole number ${min}..${max}, got ${quote(value)}`);
    return value;
  });

/** Text of at most `max` UTF-16 units. */
export const text = (max: number): Validator<string> =>
  withSchema({ type: 'string', maxLength: max }, (value, at) => {
    if (typeof value !== 'string') throw new ShapeError(at, `expected text, got ${describe(value)}`);
    if (value.length > max) throw new ShapeError(at, `text of ${value.length} characters, at most ${max} allowed`);
    return value;
  });

export const bool: Validator<boolean> = withSchema({ type: 'boolean' }, (value, at) => {
  if (typeof value !== 'boolean') throw new ShapeError(at, `expected true or false, got ${describe(value)}`);
  return value;
});

/** Bytes, at most `max`. A view from another realm or a Node Buffer is accepted and seen as a plain Uint8Array. */
export const bytes =
  (max: number): Validator<Uint8Array> =>
  (value, at) => {
    const view: unknown = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
    if (!ArrayBuffer.isView(view)) throw new ShapeError(at, `expected bytes, got ${describe(value)}`);
    if (view.byteLength > max) throw new ShapeError(at, `${view.byteLength} bytes, at most ${max} allowed`);
    return new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength);
  };

/** An array of at most `max` elements. */
export const list = <T>(max: number, element: Validator<T>): Validator<T[]> =>
  withSchema(
    (of) => ({ type: 'array', maxItems: max, items: of(element) }),
    (value, at) => {
      if (!Array.isArray(value)) throw new ShapeError(at, `expected an array, got ${describe(value)}`);
      if (value.length > max) throw new ShapeError(at, `${value.length} elements, at most ${max} allowed`);
      return value.map((item, i) => element(item, `${at}[${i}]`));
    },
  );

/** An object with exactly these fields; what is not named is left out of the result. */
export const record = <T extends object>(fields: { readonly [K in keyof T]: Validator<T[K]> }): Validator<T> =>
  withSchema(objectSchema(fields, true), (value, at) => {
    if (typeof value !== 'object' || value === null)
      throw new ShapeError(at, `expected an object, got ${describe(value)}`);
    const out: Partial<T> = {};
    for (const key of Object.keys(fields) as (keyof T & string)[])
      out[key] = fields[key]((value as Record<string, unknown>)[key], within(at, key));
    return out as T;
  });

/** Where a field of a value is: the value itself may be the whole input, which has no name. */
export const within = (at: string, field: string): string => (at === '' ? field : `${at}.${field}`);

/** An object with these fields and no others: for what people write by hand. */
export const only = <T extends object>(fields: { readonly [K in keyof T]: Validator<T[K]> }): Validator<T> =>
  withSchema(objectSchema(fields, false), (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new ShapeError(at, `expected an object, got ${describe(value)}`);
    const known = Object.keys(fields);
    for (const key of Object.keys(value)) {
      if (Object.hasOwn(fields, key)) continue;
      const near = nearest(key, known);
      const hint = near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`;
      throw new ShapeError(within(at, cut(key)), `there is no such field; ${hint}`);
    }
    const out: Partial<T> = {};
    for (const key of known as (keyof T & string)[]) {
      const given: unknown = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
      out[key] = fields[key](given, within(at, key));
    }
    return out as T;
  });

/** An object of one of several shapes, which its field `tag` tells apart. */
export const variant = <T>(tag: string, shapes: Readonly<Record<string, Validator<T>>>): Validator<T> =>
  withSchema(
    (of) => ({ oneOf: Object.values<Validator<T>>(shapes).map(of) }),
    (value, at) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw new ShapeError(at, `expected an object, got ${describe(value)}`);
      const which = oneOf(...Object.keys(shapes))((value as Record<string, unknown>)[tag], within(at, tag));
      return shapes[which]!(value, at);
    },
  );

/** One of these values. */
export const oneOf = <const T extends readonly (string | number)[]>(...values: T): Validator<T[number]> =>
  withSchema({ enum: values }, (value, at) => {
    if (!values.includes(value as T[number]))
      throw new ShapeError(at, `expected one of ${cut(values.join(', '))}, got ${quote(value)}`);
    return value as T[number];
  });

export const optional = <T>(inner: Validator<T>): Validator<T | undefined> =>
  withSchema(
    (of) => ({ anyOf: [of(inner), { type: 'null' }] }),
    (value, at) => (value === undefined || value === null ? undefined : inner(value, at)),
    { optional: true },
  );
