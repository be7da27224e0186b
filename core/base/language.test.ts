import { expect, test } from 'vitest';
import { chooseLanguage } from './language.ts';
import type { Tagged } from './language.ts';

const LANGUAGES: readonly [Tagged, ...Tagged[]] = [{ tag: 'en' }, { tag: 'de' }, { tag: 'pt-BR' }];

test.each([
  ['nothing is wanted', [], 'en'],
  ['the first that is there', ['fr', 'de', 'en'], 'de'],
  ['a country’s own is content with the language', ['de-AT'], 'de'],
  ['a country’s own, whatever the case', ['PT-br'], 'pt-BR'],
  ['another country’s is another language', ['pt'], 'en'],
  ['none is there', ['fr', 'ja'], 'en'],
])('%s', (_name, wanted, tag) => expect(chooseLanguage(wanted, LANGUAGES).tag).toBe(tag));
