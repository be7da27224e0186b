import { grouped } from '../grouped.ts';

export { grouped };

const plurals = new Intl.PluralRules('en');
const lists = new Intl.ListFormat('en', { type: 'unit', style: 'short' });

/** One form for each way in which English counts. Other languages have `few` and `many` as well: `Intl.PluralRules` says which. */
type Forms = Readonly<Record<'one' | 'other', string>>;

/** The form that belongs to a count: `state`, `states`. */
export const form = (n: number, one: string, other = `${one}s`): string =>
  ({ one, other })[plurals.select(n) as keyof Forms] ?? other;
/** `1 state`, `3 states`; digits grouped. */
export const count = (n: number, one: string, other?: string): string => `${grouped(n)} ${form(n, one, other)}`;
/** `1 state`, `30000 states`: digits as they are, where `Grouped.svelte` spaces them. */
export const plainCount = (n: number, one: string, other?: string): string => `${n} ${form(n, one, other)}`;

/** `a, b, c`. */
export const list = (items: readonly string[]): string => lists.format(items);

const NUMBERS = 'no one two three four five six seven eight nine ten eleven twelve'.split(' ');
/** A small number in a sentence: `seven`; larger ones in digits. */
export const numberWord = (n: number): string => NUMBERS[n] ?? grouped(n);
