import { memory } from '../state/memory.ts';
import { chooseLanguage } from '../../core/base/language.ts';
import { LANGUAGES } from './languages.ts';
import type { Words } from './languages.ts';

export type { Words };

/** What a person chose, then what their system speaks. */
const wanted = (): string[] => {
  const chosen = memory.text('language');
  return [...(chosen === null ? [] : [chosen]), ...(globalThis.navigator?.languages ?? [])];
};

/** The language of this window, from its start to its end. */
export const language = chooseLanguage(wanted(), LANGUAGES);
/** The window's texts in it. */
export const say: Words = language.words;

/** Another language: the window begins anew with it. */
export function speak(tag: string): void {
  memory.keepText('language', tag);
  location.reload();
}
