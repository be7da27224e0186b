import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadObject } from '../core/elf/load.ts';
import { verify } from '../core/verifier/index.ts';
import { comparableTranslation } from '../oracle/kernel/translation.ts';
import { kernelModel } from '../node/inputs.ts';

// What a 6.18 made of every golden program that it accepted (`npm run golden:translated`).
const path = (of: string): string => fileURLToPath(new URL(of, import.meta.url));
const recorded = JSON.parse(readFileSync(path('translated.json'), 'utf8')) as {
  readonly programs: Readonly<Record<string, readonly string[]>>;
};
const kernel = kernelModel();

/** Why the model does not know what the kernel makes of a program; anything else would be a gap. */
const NOT_COVERED = [
  'a callback that is never called',
  'the rewriting of BPF_LD_ABS and BPF_LD_IND',
  'the rewriting of accesses to the context or socket of this type of program',
  'the rewriting of calls of bpf_get_func_ip',
  'what is put before programs that write to packets',
];

describe('programs as Linux 6.18 rewrites them', () => {
  const files = [...new Set(Object.keys(recorded.programs).map((key) => key.split(':')[0]!))];
  const told = new Map<string, number>();
  let same = 0;
  test.each(files)('%s', (file) => {
    const programs = Object.entries(recorded.programs).filter(([key]) => key.startsWith(`${file}:`));
    const object = loadObject(new Uint8Array(readFileSync(path(`golden/${file}.bpf.o`))), { file, ...kernel.loading });
    for (const [key, wanted] of programs) {
      const program = object.programs.find(({ name }) => name === key.split(':')[1])!;
      const { translation } = verify({ program, object, kernel }, { logLevel: 0, translate: true });
      expect(translation, key).toBeDefined();
      if ('unsupported' in translation!) {
        expect(NOT_COVERED, key).toContain(translation.unsupported);
        told.set(translation.unsupported, (told.get(translation.unsupported) ?? 0) + 1);
        continue;
      }
      expect(comparableTranslation(translation!.insns, wanted), key).toEqual(wanted);
      same++;
    }
  });
  test('few are not covered', () => {
    expect(same).toBeGreaterThan(1300);
    expect([...told.values()].reduce((sum, n) => sum + n, 0)).toBeLessThan(80);
  });
});
