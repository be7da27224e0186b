import type { HelperDescriptor } from '../descriptor.ts';

export const HELPERS: ReadonlyMap<number, HelperDescriptor> = new Map();
