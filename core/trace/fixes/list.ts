import type { Cure } from './cure.ts';
import { calls } from './cures/calls.ts';
import { iterators } from './cures/iterators.ts';
import { leftOut } from './cures/left-out.ts';
import { loops } from './cures/loops.ts';
import { memory } from './cures/memory.ts';
import { nullCheck } from './cures/null.ts';
import { release } from './cures/release.ts';
import { sections } from './cures/sections.ts';
import { values } from './cures/values.ts';

/** Every kind of cure, in the order in which they are tried; what leaves something out comes last, and only where nothing else helps. */
export const CURES: readonly Cure[] = [release, iterators, nullCheck, sections, loops, values, memory, calls, leftOut];
