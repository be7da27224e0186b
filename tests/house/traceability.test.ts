import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseGolden } from '../../oracle/golden-file.ts';

// Every statement of the kernel's documentation of iterators (Documentation/bpf/bpf_iterators.rst and kfuncs.rst) is shown by tests, and later by
// lessons: traceability.json says by which.

type Reference =
  { readonly file: string; readonly test: string } | { readonly golden: string; readonly program: string };

interface Row {
  readonly statement: string;
  readonly tests: readonly Reference[];
  readonly lessons: readonly string[];
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const rows = JSON.parse(readFileSync(`${root}tests/traceability.json`, 'utf8')) as Readonly<Record<string, Row>>;
const numbered = (letter: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${letter}${i + 1}`);

test('every statement is there', () => {
  expect(Object.keys(rows)).toEqual([...numbered('O', 23), ...numbered('P', 9), ...numbered('K', 2)]);
});

describe.each(Object.entries(rows))('%s', (_, { tests, lessons }) => {
  test('is shown by tests that exist', () => {
    expect(tests.length).toBeGreaterThan(0);
    for (const reference of tests) {
      if ('golden' in reference) {
        const { golden, program } = reference;
        const text = readFileSync(`${root}tests/golden/${golden}.log`, 'utf8');
        const programs = parseGolden(text).goldens.map(({ prog }) => prog);
        expect(programs, golden).toContain(program);
      } else {
        const { file, test: name } = reference;
        expect(existsSync(`${root}${file}`), file).toBe(true);
        expect(readFileSync(`${root}${file}`, 'utf8'), file).toContain(name);
      }
    }
  });

  test('names lessons that exist', () => {
    const known = readdirSync(`${root}lessons`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    for (const lesson of lessons) expect(known).toContain(lesson);
  });
});
