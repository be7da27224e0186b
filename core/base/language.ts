/** A language by its tag, as browsers and systems name it: `en`, `de`, `pt-BR`. */
export interface Tagged {
  readonly tag: string;
}

/**
 * The first language that is wanted and there, else the first that there is.
 * @param wanted tags, the dearest first; `de-AT` is content with `de`
 */
export function chooseLanguage<T extends Tagged>(wanted: readonly string[], languages: readonly [T, ...T[]]): T {
  const there = (tag: string): T | undefined =>
    languages.find((language) => language.tag.toLowerCase() === tag.toLowerCase());
  for (const tag of wanted) {
    const found = there(tag) ?? there(tag.split('-')[0] ?? '');
    if (found !== undefined) return found;
  }
  return languages[0];
}
