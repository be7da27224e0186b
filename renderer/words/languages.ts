import type { Tagged } from '../../core/base/language.ts';
import { en } from './en.ts';

/** All texts of the window. A language is a value of this form. */
export type Words = typeof en;

/** A language that the window speaks. */
export interface Language extends Tagged {
  /** Its name in itself. */
  readonly name: string;
  readonly words: Words;
}

/** Every language; the first one speaks where no other is wanted. */
export const LANGUAGES: readonly [Language, ...Language[]] = [{ tag: 'en', name: 'English', words: en }];
