import { objectSchema, withSchema } from '../../../base/json-schema.ts';
import { encodeUtf8 } from '../../../base/utf8.ts';
import { only, ShapeError, text } from '../../../base/validate.ts';
import type { Validator } from '../../../base/validate.ts';

// What the parts of a world's schema share.

/** Text of at most so many bytes, as the kernel's arrays hold it; an end marker must fit besides. */
export const bytesOf = (max: number): Validator<string> =>
  withSchema({ type: 'string', maxLength: max }, (value, at) => {
    const string = text(max)(value, at);
    const { length } = encodeUtf8(string);
    if (length > max) throw new ShapeError(at, `${length} bytes, at most ${max} fit`);
    if (string.includes('\0')) throw new ShapeError(at, 'a zero byte would end it');
    return string;
  });

/** A number as text: `0x7f0000001000`. */
export const hexAddress = (example: string): Validator<string> =>
  withSchema({ type: 'string', pattern: '^0[xX][0-9a-fA-F]{1,16}$' }, (value, at) => {
    const string = text(18)(value, at);
    if (!/^0x[0-9a-f]{1,16}$/i.test(string))
      throw new ShapeError(at, `expected a hexadecimal address such as ${example}, got '${string}'`);
    return string;
  });

/** `only` these fields; those that are not told are absent. */
export const exactly = <T extends object>(fields: { readonly [K in keyof T]-?: Validator<T[K]> }): Validator<T> => {
  const shape = only<T>(fields as { readonly [K in keyof T]: Validator<T[K]> });
  return withSchema(objectSchema(fields, false), (value: unknown, at: string) => {
    const out = shape(value, at);
    for (const key of Object.keys(out) as (keyof T)[]) if (out[key] === undefined) delete out[key];
    return out;
  });
};

/** No two entries of a list have the same `key`. @throws ShapeError naming the later one */
export function unique<T>(entries: readonly T[], at: string, key: keyof T & string): void {
  const seen = new Map<unknown, number>();
  entries.forEach((entry, i) => {
    const before = seen.get(entry[key]);
    if (before !== undefined)
      throw new ShapeError(`${at}[${i}].${key}`, `${String(entry[key])} is that of ${at}[${before}] already`);
    seen.set(entry[key], i);
  });
}
