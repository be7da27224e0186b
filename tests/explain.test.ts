import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadObject } from '../core/elf/load.ts';
import type { BpfObject, BpfProgram } from '../core/elf/object.ts';
import { shippedBtf, SHIPPED_KERNEL } from '../core/kernel/btf/shipped.ts';
import { ProgramText, reportText, TraceRecorder, TraceView } from '../core/trace/index.ts';
import type { Report } from '../core/trace/index.ts';
import { verify } from '../core/verifier/index.ts';
import { goldenNames } from '../oracle/golden-file.ts';
import { linux618 } from '../core/kernel/releases/linux-6.18.ts';

// `tests/explain/<theme>-<program>.txt` is what `iterscope verify --explain` prints of a golden's program. `UPDATE=1 npx vitest run
// tests/explain.test.ts` writes the files anew: read what changed as a newcomer would. An empty file asks for a new one.

const golden = fileURLToPath(new URL('golden', import.meta.url));
const folder = fileURLToPath(new URL('explain', import.meta.url));
const asset = fileURLToPath(new URL(`../core/kernel/btf/${SHIPPED_KERNEL.asset}`, import.meta.url));
const kernel = linux618(shippedBtf(new Uint8Array(readFileSync(asset))));

const objects = goldenNames(golden).map((name) => {
  const file = `${name.split('/')[1]!}.bpf.o`;
  const bytes = new Uint8Array(readFileSync(join(golden, `${name}.bpf.o`)));
  return { name, theme: name.split('/')[0]!, object: loadObject(bytes, { file, ...kernel.loading }) };
});

function explained(object: BpfObject, program: BpfProgram): Report {
  const recorder = new TraceRecorder(object.maps);
  const result = verify({ program, object, kernel }, { logLevel: 0, sink: recorder });
  const trace = recorder.finish(result, result.rejection ?? null);
  return new TraceView(trace, new ProgramText(program, object, kernel)).report();
}

const files = readdirSync(folder).sort();

describe('what is said of programs, word for word', () => {
  test.each(files)('%s', (file) => {
    const stem = file.replace(/\.txt$/, '');
    const found = objects.flatMap(({ theme, object }) =>
      object.programs
        .filter(({ name }) => `${theme}-${name}` === stem)
        .map((program) => reportText(explained(object, program))),
    );
    expect(found, 'the program that the file is named after').toHaveLength(1);
    const path = join(folder, file);
    if (process.env['UPDATE'] === '1') writeFileSync(path, found[0]!);
    expect(existsSync(path) ? readFileSync(path, 'utf8') : '').toBe(found[0]);
  });
});

/** Most lines that a program's explanation takes. */
const MOST_LINES = 160;

describe('every program of the corpus is explained', () => {
  test.each(objects.map(({ name, object }) => [name, object] as const))('%s', (_name, object) => {
    for (const program of object.programs) {
      const report = explained(object, program);
      const text = reportText(report);
      const where = `${program.name}:\n${text}`;
      expect(text, where).not.toMatch(/undefined|NaN|\[object|(?<!\()\bnull\b(?!-check)/);
      expect(text.split('\n').length, where).toBeLessThan(MOST_LINES);
      expect(report.why === null, where).toBe(report.verdict.errno === 0 || report.verdict.errno === null);
      if (report.why === null) continue;
      for (const words of [report.why.title, report.why.todo, ...report.why.words]) expect(words, where).not.toBe('');
      expect(
        report.why.kernel.every((line) => text.includes(line)),
        where,
      ).toBe(true);
      if (report.verdict.processed > 0) expect(report.why.chain.at(-1)?.kind, where).toBe('error');
      const steps = report.why.chain.map(({ step }) => step);
      expect(steps, where).toEqual([...steps].sort((a, b) => a - b));
    }
  });
});
