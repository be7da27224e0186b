import { withSchema } from '../../../base/json-schema.ts';
import { ShapeError, text } from '../../../base/validate.ts';
import type { Validator } from '../../../base/validate.ts';
import type { ParameterDeclaration } from '../descriptor.ts';

/** How a function is declared in C: `int *bpf_iter_evens_next(struct bpf_iter_evens *it)`. */
export interface Prototype {
  readonly name: string;
  readonly result: string;
  /** All of them: the iterator, too. */
  readonly parameters: readonly ParameterDeclaration[];
}

const MAX_TEXT = 400;
/** Registers of arguments. */
const MAX_PARAMETERS = 5;
const WORDS = String.raw`[A-Za-z_]\w*(?:[\s*]+[A-Za-z_]\w*)*`;
const FUNCTION = new RegExp(String.raw`^(${WORDS}[\s*]+)([A-Za-z_]\w*)\s*\(([^()]*)\)\s*;?$`);
const PARAMETER = new RegExp(String.raw`^(${WORDS}[\s*]+)([A-Za-z_]\w*)$`);

/** `struct x *` with one blank between words, and one before the stars. */
const tidy = (words: string): string =>
  words
    .replaceAll('*', ' * ')
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/\* (?=\*)/g, '*');

/** Reads a prototype as C writes it. @throws ShapeError */
export const prototype: Validator<Prototype> = withSchema({ type: 'string', maxLength: MAX_TEXT }, (value, at) => {
  const words = text(MAX_TEXT)(value, at).trim();
  const [, result = '', name = '', list = ''] = FUNCTION.exec(words) ?? [];
  if (name === '')
    throw new ShapeError(
      at,
      `'${words}' is no prototype: a result, a name and, in brackets, parameters, as C writes them`,
    );
  const given = list.trim() === '' || list.trim() === 'void' ? [] : list.split(',');
  if (given.length > MAX_PARAMETERS)
    throw new ShapeError(at, `${given.length} parameters, and there are registers for ${MAX_PARAMETERS}`);
  const parameters = given.map((one) => {
    const [, type = '', called = ''] = PARAMETER.exec(one.trim()) ?? [];
    if (called === '') throw new ShapeError(at, `'${one.trim()}' is no parameter: a type and a name`);
    return { name: called, type: tidy(type) };
  });
  const twice = parameters.find((one, i) => parameters.findIndex((other) => other.name === one.name) < i);
  if (twice !== undefined) throw new ShapeError(at, `there is a parameter ${twice.name} already`);
  return { name, result: tidy(result), parameters };
});

/** Whether a type is a pointer to a structure, which may be an iterator. */
const isStructure = (type: string): boolean => /^((const|volatile) )*struct \w+ \*$/.test(type);

/** The parameters of a constructor behind the iterator. */
export const afterIterator = ({ parameters }: Prototype): readonly ParameterDeclaration[] =>
  parameters[0] !== undefined && isStructure(parameters[0].type) ? parameters.slice(1) : parameters;

/** What a type points to, without `const` and `volatile`; null for no pointer. */
export function pointedTo(type: string): string | null {
  if (!type.endsWith('*')) return null;
  return type
    .slice(0, -1)
    .trim()
    .replace(/\b(const|volatile) /g, '');
}
