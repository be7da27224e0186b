import { en } from './en.ts';

/** All texts of the window. A language is a value of this form. */
export type Words = typeof en;

/** A language that the window speaks. */
export interface Language {
  /** Its tag, as browsers name it: `en`, `de`, `pt-BR`. */
  readonly tag: string;
  /** Its name in itself. */
  readonly name: string;
  readonly words: Words;
}

/** Every language; the first one speaks where no other is wanted. */
export const LANGUAGES: readonly [Language, ...Language[]] = [{ tag: 'en', name: 'English', words: en }];
