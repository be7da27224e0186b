import { InputError } from './errors.ts';
import { decodeUtf8 } from './utf8.ts';

/** Levels of arrays and objects in each other. */
const DEPTH = 32;
/** Brackets, braces and commas: about the number of values that parsing makes. */
const VALUES = 1_000_000;

/**
 * Parses JSON that may be hostile: its size, its nesting and its number of values are looked at before anything is made of it.
 * @throws InputError
 */
export function parseJson(bytes: Uint8Array, largest: number): unknown {
  if (bytes.length > largest) throw new InputError(`${bytes.length} bytes of JSON, at most ${largest} are read`);
  let depth = 0;
  let values = 0;
  let quoted = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (quoted) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) quoted = false;
    } else if (byte === 0x22) quoted = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > DEPTH) throw new InputError(`nested deeper than ${DEPTH} levels`, `offset ${i}`);
      values++;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
    else if (byte === 0x2c) values++;
  }
  if (values > VALUES) throw new InputError(`more than ${VALUES} values`);
  try {
    return JSON.parse(decodeUtf8(bytes)) as unknown;
  } catch (error) {
    throw new InputError(error instanceof Error ? error.message : String(error));
  }
}
