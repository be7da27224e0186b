import { InputError } from '../base/errors.ts';

/** A word of the field, in a sentence or two. */
export interface Term {
  /** As links name it: lower-case words joined by -. */
  readonly id: string;
  readonly term: string;
  readonly text: string;
}

export const termId = (term: string): string =>
  term
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/**
 * Parses a glossary: `## term`, then its text, for each.
 * @throws InputError with the line
 */
export function parseGlossary(source: string, file: string): Term[] {
  const terms: Term[] = [];
  const known = new Set<string>();
  let term = '';
  let text: string[] = [];
  let from = 0;
  const finish = (): void => {
    if (term === '') return;
    const words = text.join('\n').trim();
    if (words === '') throw new InputError(`${term} is not explained`, `line ${from}`, file);
    const id = termId(term);
    if (known.has(id)) throw new InputError(`${term} is explained twice`, `line ${from}`, file);
    known.add(id);
    terms.push({ id, term, text: words });
  };
  source
    .replace(/\r\n/g, '\n')
    .split('\n')
    .forEach((line, i) => {
      const heading = /^## (.+)$/.exec(line)?.[1];
      if (heading === undefined) {
        if (term !== '') text.push(line);
        return;
      }
      finish();
      term = heading.trim();
      text = [];
      from = i + 1;
    });
  finish();
  return terms;
}
