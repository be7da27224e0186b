import { ANNOTATED_GENERATOR } from './annotated.ts';
import { BYTES } from './bytes.ts';
import { C_GENERATOR } from './c.ts';
import { CALL_GENERATOR } from './calls.ts';
import type { Generator } from './case.ts';
import { CONTEXT_GENERATOR } from './contexts.ts';
import { EXTREMES } from './extremes.ts';
import { FIELD_GENERATOR } from './fields.ts';
import { FORMAT_GENERATOR } from './formats.ts';
import { ITERATOR_GENERATOR } from './kernel-iterators.ts';
import { MAP_GENERATOR } from './maps.ts';
import { RESERVED_GENERATOR } from './reserved-memory.ts';
import { STRUCTURED } from './structured.ts';
import { TARGET_GENERATOR } from './targets.ts';

/** Every generator; the table's order. */
export const GENERATORS: readonly Generator[] = [
  ...STRUCTURED,
  MAP_GENERATOR,
  FIELD_GENERATOR,
  FORMAT_GENERATOR,
  CALL_GENERATOR,
  CONTEXT_GENERATOR,
  ITERATOR_GENERATOR,
  ANNOTATED_GENERATOR,
  TARGET_GENERATOR,
  RESERVED_GENERATOR,
  C_GENERATOR,
  ...BYTES,
  EXTREMES,
];
