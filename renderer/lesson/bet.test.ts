import { expect, test, vi } from 'vitest';

// Runes are compiled in the app alone.
vi.stubGlobal('$state', { raw: (value: unknown) => value });

test.each([
  ['NULL first: the loop is over', 'NULL first'],
  ['Both at the same time', 'Both at the same time'],
  ['It is rejected as an endless loop', 'It is rejected as an…'],
  ['Donaudampfschifffahrtsgesellschaft', 'Donaudampfschifffahrtsgese…'],
])('%s stands on a flag as %s', async (choice, text) => {
  const { flagText } = await import('./bet.svelte.ts');
  expect(flagText(choice)).toBe(text);
});
