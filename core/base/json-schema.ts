/** A JSON Schema (draft 2020-12). */
export type JsonSchema = Readonly<Record<string, unknown>>;

type Check = (value: unknown, at: string) => unknown;
/** Gives the schema of another validator, from within one. */
type Of = (validator: Check) => JsonSchema;
interface Said {
  readonly schema: (of: Of) => JsonSchema;
  /** What it is called where it refers to itself. */
  readonly name?: string;
  /** A field of it may be left out. */
  readonly optional?: boolean;
}

// Beside the validators, not on them: a validator stays a function of its value, and whoever never asks pays nothing.
const said = new WeakMap<Check, Said>();

/**
 * Says as JSON Schema what a validator takes. What a schema can't say (that names differ, that one part fits another) stays the validator's alone: what
 * it takes always fits the schema, and a schema refuses nothing that it takes.
 */
export function withSchema<V extends Check>(
  schema: JsonSchema | ((of: Of) => JsonSchema),
  validator: V,
  more: Omit<Said, 'schema'> = {},
): V {
  said.set(validator, { schema: typeof schema === 'function' ? schema : () => schema, ...more });
  return validator;
}

/** The schema of an object with these fields. */
export const objectSchema =
  (fields: Readonly<Record<string, Check>>, others: boolean) =>
  (of: Of): JsonSchema => {
    const required = Object.keys(fields).filter((name) => said.get(fields[name]!)?.optional !== true);
    return {
      type: 'object',
      properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, of(field)])),
      ...(required.length === 0 ? {} : { required }),
      ...(others ? {} : { additionalProperties: false }),
    };
  };

/** What a validator takes, as JSON Schema. @throws Error for one that never said so */
export function schemaOf(validator: Check): JsonSchema {
  const defs: Record<string, JsonSchema> = {};
  const of = (inner: Check): JsonSchema => {
    const found = said.get(inner);
    if (found === undefined) throw new Error('a validator has no schema');
    const { name, schema } = found;
    if (name === undefined) return schema(of);
    if (!Object.hasOwn(defs, name)) {
      // Before its own schema is made, which may ask for it.
      defs[name] = {};
      defs[name] = schema(of);
    }
    return { $ref: `#/$defs/${name}` };
  };
  const whole = of(validator);
  return Object.keys(defs).length === 0 ? whole : { ...whole, $defs: defs };
}
