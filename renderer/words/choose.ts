import type { Language } from './languages.ts';

/**
 * The first language that is wanted and there, else the first that there is.
 * @param wanted tags, the dearest first: `de-AT` is content with `de`
 */
export function chooseLanguage(wanted: readonly string[], languages: readonly [Language, ...Language[]]): Language {
  const there = (tag: string): Language | undefined =>
    languages.find((one) => one.tag.toLowerCase() === tag.toLowerCase());
  for (const tag of wanted) {
    const found = there(tag) ?? there(tag.split('-')[0] ?? '');
    if (found !== undefined) return found;
  }
  return languages[0];
}
