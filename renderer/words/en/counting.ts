import { grouped } from '../grouped.ts';

export { grouped };

const plurals = new Intl.PluralRules('en');
const lists = new Intl.ListFormat('en', { type: 'unit', style: 'short' });
// British lists have no comma before `and`.
const conjunctions = new Intl.ListFormat('en-GB', { type: 'conjunction' });

/** The form that belongs to a count: `state`, `states`. Other languages have more than two; `Intl.PluralRules` says which. */
export const form = (n: number, one: string, other = `${one}s`): string => (plurals.select(n) === 'one' ? one : other);
/** `1 state`, `3 states`; digits grouped. */
export const count = (n: number, one: string, other?: string): string => `${grouped(n)} ${form(n, one, other)}`;
/** `1 state`, `30000 states`: digits as they are, where `Grouped.svelte` spaces them. */
export const plainCount = (n: number, one: string, other?: string): string => `${n} ${form(n, one, other)}`;

/** `a, b, c`. */
export const list = (items: readonly string[]): string => lists.format(items);
/** `a, b and c`. */
export const listAnd = (items: readonly string[]): string => conjunctions.format(items);
/** Names in the code font, and how many more there are. */
export const codes = (names: readonly string[], more = 0): string =>
  list([...names.map((name) => `\`${name}\``), ...(more === 0 ? [] : [`and ${more} more`])]);

const NUMBERS = 'no one two three four five six seven eight nine ten eleven twelve'.split(' ');
/** A small number in a sentence: `seven`; larger ones in digits. */
export const numberWord = (n: number): string => NUMBERS[n] ?? grouped(n);
