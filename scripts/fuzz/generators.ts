import { BYTES } from './bytes.ts';
import type { Generator } from './case.ts';
import { STRUCTURED } from './structured.ts';

/** Every generator; the table's order. */
export const GENERATORS: readonly Generator[] = [...STRUCTURED, ...BYTES];
