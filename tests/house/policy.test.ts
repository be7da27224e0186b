import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The policy's directives in a source file, whether it is written as one string or several joined by `+`. */
function policyIn(path: string): string[] {
  const text = read(path).replace(/"\s*\+\s*"/g, '');
  const policy = /default-src[^"]*/.exec(text)?.[0] ?? '';
  return policy.split(';').map((directive) => directive.trim());
}

describe('the content security policy', () => {
  const page = policyIn('renderer/index.html');

  // The page's own tag holds wherever it is served from; a tag can't say frame-ancestors, a header can.
  it.each(['scripts/serve.mjs', 'electron/main/scheme.ts'])('of %s is that of the page', (path) => {
    expect(policyIn(path)).toEqual([...page, "frame-ancestors 'none'"]);
  });

  it('lets nothing in from outside', () => {
    expect(page).toContain("default-src 'none'");
    expect(page.join(' ')).not.toMatch(/https?:|\*|'unsafe-eval'/);
    expect(page.find((directive) => directive.startsWith('script-src'))).toBe("script-src 'self' 'wasm-unsafe-eval'");
  });
});
