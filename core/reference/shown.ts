import { InputError } from '../base/errors.ts';
import { parseJson } from '../base/json.ts';
import { int, list, record, ShapeError, text } from '../base/validate.ts';
import type { Validator } from '../base/validate.ts';
import type { MessageWords, Shown } from './entry.ts';

/** Where the list lies among what ships. */
export const SHOWN_FILE = 'reference/shown.json';

/** What was found when all programs that ship were verified: which of them shows what, and how kinds of rejection are explained. */
export interface ShownList {
  readonly shown: ReadonlyMap<string, Shown>;
  readonly messages: ReadonlyMap<string, MessageWords>;
}

export const NOTHING_SHOWN: ShownList = { shown: new Map(), messages: new Map() };

const MOST = 10_000;
const LARGEST = 4 * 1024 * 1024;
const shown = record<Shown>({ file: text(500), program: text(200), step: int(1, 0x7fffffff) });
const messageWords = record<MessageWords>({
  title: text(500),
  rule: text(2000),
  todo: text(2000),
  forms: list(100, text(2000)),
});

const byId =
  <T>(of: Validator<T>): Validator<ReadonlyMap<string, T>> =>
  (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new ShapeError(at, 'expected an object');
    const entries = Object.entries(value);
    if (entries.length > MOST) throw new ShapeError(at, `${entries.length} entries, at most ${MOST}`);
    return new Map(entries.map(([id, one]) => [id, of(one, `${at}.${id}`)]));
  };
const shownList = record<ShownList>({ shown: byId(shown), messages: byId(messageWords) });

/** Reads the list. @throws InputError */
export function readShown(bytes: Uint8Array): ShownList {
  try {
    return shownList(parseJson(bytes, LARGEST), '');
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new InputError(error.message, '', SHOWN_FILE);
  }
}

const sorted = <T>(map: ReadonlyMap<string, T>): Record<string, T> =>
  Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));

/** Writes the list, one entry a line. */
export function writeShown({ shown: programs, messages }: ShownList): string {
  const lines = (of: Record<string, unknown>): string =>
    Object.entries(of)
      .map(([id, one]) => `    ${JSON.stringify(id)}: ${JSON.stringify(one)}`)
      .join(',\n');
  return `{\n  "shown": {\n${lines(sorted(programs))}\n  },\n  "messages": {\n${lines(sorted(messages))}\n  }\n}\n`;
}
