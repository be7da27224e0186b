import { InputError } from '../../base/errors.ts';
import type { Check, CheckKind } from './check.ts';
import { breaks, elementsOf, faults, iterator, leaves, loops, returns } from './of-run.ts';
import {
  inProgram,
  keeps,
  refused,
  refuses,
  registered,
  registers,
  remarks,
  stateSize,
  translated,
} from './of-definition.ts';
import { callWith, carries, computes, sizeOf } from './of-flow.ts';
import { called, prints, printsLines, printsTimes, readFails, reads, takenBack, writes } from './of-read.ts';
import {
  accepted,
  calls,
  callsNot,
  callsOwn,
  message,
  never,
  processed,
  processedIs,
  processedOver,
  rejected,
} from './of-verdict.ts';
import { forkFirst, insnIs, knows, lastPath, nextForksAre, stepIs, unreadable, visited, walkCount } from './of-walk.ts';

/** Every kind of check; adding one adds its descriptor and a line here. */
const KINDS: readonly CheckKind[] = [
  returns,
  leaves,
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
  knows,
  unreadable,
  walkCount,
  visited,
  insnIs,
  stepIs,
  computes,
  carries,
  callWith,
  sizeOf,
  processedIs,
  processedOver,
  callsNot,
  callsOwn,
  breaks,
  faults,
  prints,
  printsTimes,
  printsLines,
  writes,
  called,
  takenBack,
  reads,
  readFails,
  registered,
  refused,
  remarks,
  stateSize,
  keeps,
  registers,
  refuses,
  translated,
  never,
];

/** How every kind of check is written. */
export const checkUsages: readonly string[] = [...KINDS.map(({ usage }) => usage), 'in PROGRAM: CHECK'];

/**
 * Parses a check; `not CHECK` is one that must not hold.
 * @throws InputError naming how the check is written, or the checks there are
 */
export function parseCheck(text: string, place: string, file: string): Check {
  if (text.startsWith('not ')) {
    const inner = parseCheck(text.slice(4).trim(), place, file);
    return {
      ...inner,
      text,
      holds: (s) => !inner.holds(s),
      failing: () => `This must not hold, and does: ${inner.text}.`,
    };
  }
  const elsewhere = inProgram(text, (asked) => parseCheck(asked.trim(), place, file));
  if (elsewhere !== null) return elsewhere;
  const kind = KINDS.find(({ name }) => text === name || text.startsWith(`${name} `));
  const asked = kind?.parse(text.slice(kind.name.length).trim());
  if (asked != null) return { text, ...asked };
  const known = `known: ${checkUsages.join(', ')}`;
  throw new InputError(
    kind === undefined
      ? `unknown check ${JSON.stringify(text)}; ${known}`
      : `check ${JSON.stringify(text)} is written ${kind.usage}`,
    place,
    file,
  );
}
