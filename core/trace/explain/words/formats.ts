import type { Build } from './scene.ts';
import { calleeOf } from './scene.ts';

// Words for format strings that say something else than the kernel understands.

export const invalidFormat: Build<'invalid-format'> = (r, s) => ({
  title: 'Its format string is not valid',
  what: `At ${s.place}, the format of ${calleeOf(s)} is refused: ${r.details.why}.`,
  rule: 'Programs format with %d, %i, %u, %x, %X (with l or ll), %s, %c, %p and its few variants, with flags and a width. Each conversion takes one value of eight bytes.',
  todo: 'Use one of these conversions, and hand over an array of as many 64-bit values, with its whole size.',
  error: 'no valid format',
});
