import { schemaOf } from '../base/json-schema.ts';
import type { JsonSchema } from '../base/json-schema.ts';
import { iteratorDefinition } from '../kernel/catalogue/own/definition.ts';
import { modelFile } from '../kernel/catalogue/own/model-file.ts';
import { worldFile } from '../kernel/machine/world/schema.ts';
import { ID_PATTERN, packFile } from './pack.ts';
import { progressFile } from './progress.ts';
import { trackList } from './tracks.ts';

/** A line or lines of text. */
const words = { type: 'string', minLength: 1 };
const whole = { type: 'string', pattern: '^[0-9]+$' };
const id = { type: 'string', pattern: ID_PATTERN };
/** A list, or its only item. */
const several = (item: object, least = 1): JsonSchema => ({
  anyOf: [item, { type: 'array', items: item, minItems: least }],
});
const object = (properties: Readonly<Record<string, object>>, required: readonly string[]): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

/** A block of a lesson as data: each key with its text, or its items. */
const BLOCKS: Readonly<Record<string, JsonSchema>> = {
  'front-matter': object(
    { id, number: words, title: words, minutes: whole, goal: words, teaches: several(words), explains: several(words) },
    ['id', 'number', 'title', 'minutes', 'goal'],
  ),
  open: object({ file: words, program: words, step: whole, model: words }, ['file', 'program']),
  question: object(
    {
      prompt: words,
      choices: { type: 'array', minItems: 2, items: { type: 'string', pattern: '^(?:(?! => ).)+ => (?:(?! => ).)+$' } },
      watch: whole,
      right: words,
      wrong: words,
    },
    ['prompt', 'choices', 'right'],
  ),
  exercise: object(
    {
      prompt: words,
      start: words,
      within: { type: 'string', pattern: '^\\S+ \\w+$' },
      definition: { const: 'yes' },
      model: words,
      hints: several(words),
      'c-hint': words,
      checks: several(words),
      done: words,
      solution: words,
      because: words,
    },
    ['prompt', 'start', 'checks', 'done', 'solution', 'because'],
  ),
};

/** What each format is, in a sentence. */
const FORMATS: Readonly<Record<string, { readonly about: string; readonly schema: () => JsonSchema }>> = {
  'front-matter': { about: 'front matter of a lesson.md, as data', schema: () => BLOCKS['front-matter']! },
  open: { about: 'a block `open` of a lesson’s page, as data', schema: () => BLOCKS['open']! },
  question: { about: 'a block `question` of a lesson’s page, as data', schema: () => BLOCKS['question']! },
  exercise: { about: 'a block `exercise` of a lesson’s page, as data', schema: () => BLOCKS['exercise']! },
  tracks: { about: 'tracks.json: titles of tracks', schema: () => schemaOf(trackList) },
  pack: { about: 'pack.json: what a pack is called', schema: () => schemaOf(packFile) },
  progress: { about: 'a file of progress, as the app saves it', schema: () => schemaOf(progressFile) },
  iterator: { about: 'the definition of an iterator of one’s own', schema: () => schemaOf(iteratorDefinition) },
  model: { about: 'a kernel’s model: rules left out, limits, iterators', schema: () => schemaOf(modelFile) },
  world: { about: 'a world of the simulated machine', schema: () => schemaOf(worldFile) },
};

/** Names of the formats that have a schema, and what each is. */
export const SCHEMAS: readonly { readonly name: string; readonly about: string }[] = Object.entries(FORMATS).map(
  ([name, { about }]) => ({ name, about }),
);

/** The JSON Schema (draft 2020-12) of a format; undefined for a name that is none. */
export function schemaNamed(name: string): JsonSchema | undefined {
  const found = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (found === undefined) return undefined;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `iterscope:${name}`,
    title: found.about,
    ...found.schema(),
  };
}
