import { InputError } from '../base/errors.ts';
import { parseJson } from '../base/json.ts';
import { LARGEST_WORLD } from '../base/limits.ts';
import { OF_A_MODEL } from '../kernel/catalogue/own/model-file.ts';

/** What a JSON file describes: a world of the simulated machine, or a model of the kernel, which one iterator is as well. */
export type DescriptionKind = 'world' | 'model';

/** By these fields a description is told from others. */
const FIELDS: Readonly<Record<DescriptionKind, readonly string[]>> = {
  world: ['tasks', 'cgroups'],
  model: [...OF_A_MODEL.filter((field) => field !== 'title'), 'element', 'generator'],
};

/**
 * What a JSON file is by its fields; null for one that is neither, which is kept as it is. Whether it is right is for who reads it.
 * @throws InputError for what is no JSON
 */
export function descriptionKind(bytes: Uint8Array): DescriptionKind | null {
  let value: unknown;
  try {
    value = parseJson(bytes, LARGEST_WORLD);
  } catch (error) {
    throw error instanceof InputError ? new InputError(`no JSON: ${error.reason}`, error.place) : error;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const kinds = Object.entries(FIELDS) as [DescriptionKind, readonly string[]][];
  return kinds.find(([, fields]) => fields.some((field) => Object.hasOwn(value, field)))?.[0] ?? null;
}
