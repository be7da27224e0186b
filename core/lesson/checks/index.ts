import { InputError } from '../../base/errors.ts';
import type { Check, CheckKind } from './check.ts';
import { elementsOf, iterator, loops, returns } from './of-run.ts';
import { accepted, calls, message, never, processed, rejected } from './of-verdict.ts';
import { forkFirst, lastPath, nextForksAre } from './of-walk.ts';

/** Every kind of check; adding one adds its descriptor and a line here. */
const KINDS: readonly CheckKind[] = [
  returns,
  loops,
  iterator,
  elementsOf,
  accepted,
  rejected,
  calls,
  processed,
  message,
  forkFirst,
  nextForksAre,
  lastPath,
  never,
];

/**
 * Parses a check.
 * @throws InputError naming how the check is written, or the checks there are
 */
export function parseCheck(text: string, place: string, file: string): Check {
  const kind = KINDS.find(({ name }) => text === name || text.startsWith(`${name} `));
  const asked = kind?.parse(text.slice(kind.name.length).trim());
  if (asked != null) return { text, ...asked };
  const known = `known: ${KINDS.map(({ usage }) => usage).join(', ')}`;
  throw new InputError(
    kind === undefined
      ? `unknown check ${JSON.stringify(text)}; ${known}`
      : `check ${JSON.stringify(text)} is written ${kind.usage}`,
    place,
    file,
  );
}
