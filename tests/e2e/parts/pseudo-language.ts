/** A language for tests: every text of the catalogue between ⟦ and ⟧, and a third longer. */
export function disguised<T>(words: T): T {
  if (typeof words === 'string') return disguise(words) as T;
  if (typeof words === 'function') {
    const say = words as unknown as (...values: unknown[]) => string;
    return ((...values: unknown[]) => disguise(say(...values))) as T;
  }
  const entries = Object.entries(words as Record<string, unknown>);
  return Object.fromEntries(entries.map(([name, inner]) => [name, disguised(inner)])) as T;
}

const disguise = (text: string): string => `⟦${text}${'·'.repeat(Math.ceil(text.length * 0.3))}⟧`;
