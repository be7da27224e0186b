import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { InputError, Unsupported } from '../core/base/errors.ts';
import { loadObject } from '../core/elf/load.ts';
import { shippedBtf, SHIPPED_KERNEL } from '../core/kernel/btf/shipped.ts';
import { Stopped, verify } from '../core/verifier/index.ts';
import { spoilBytes } from '../oracle/fuzz-inputs/bytes.ts';
import { regionsOf } from '../oracle/fuzz-inputs/elf.ts';
import { Dice } from '../core/base/dice.ts';
import { goldenNames } from '../oracle/golden-file.ts';
import { linux618 } from '../core/kernel/releases/linux-6.18.ts';

// Golden objects spoilt in seeded ways: whatever comes out, it is an object, or one clear line that says where the file is wrong.

const root = fileURLToPath(new URL('golden', import.meta.url));
const asset = fileURLToPath(new URL(`../core/kernel/btf/${SHIPPED_KERNEL.asset}`, import.meta.url));
const kernel = linux618(shippedBtf(new Uint8Array(readFileSync(asset))));

/** Spoilt versions of each object. */
const MUTANTS = 10;
/** Programs of each that are verified, and how often the walk asks whether to go on (every 1024 instructions). */
const PROGRAMS = 3;
const PATIENCE = 8;

/** What is wrong with how a spoilt object was taken; null when nothing is. */
function complaint(bytes: Uint8Array, file: string): string | null {
  try {
    const object = loadObject(bytes, { file, ...kernel.loading });
    for (const program of object.programs.slice(0, PROGRAMS)) {
      let asked = 0;
      try {
        verify({ program, object, kernel }, { logLevel: 2, budget: { cancelled: () => ++asked > PATIENCE } });
      } catch (error) {
        if (!(error instanceof Stopped)) return `${program.name}: ${describeError(error)}`;
      }
    }
    return null;
  } catch (error) {
    if (error instanceof Unsupported) return null;
    if (!(error instanceof InputError)) return describeError(error);
    if (!error.message.startsWith(`${file}: `)) return `it does not name the file: ${error.message}`;
    return error.message.includes('\n') ? `more than one line: ${error.message}` : null;
  }
}

const describeError = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' ') : String(error);

describe('spoilt objects are refused in one line, or loaded and judged', () => {
  test.each(goldenNames(root).map((name, i) => [name, i] as const))(
    '%s',
    (name, i) => {
      const original = new Uint8Array(readFileSync(`${root}/${name}.bpf.o`));
      const complaints: string[] = [];
      for (let seed = 0; seed < MUTANTS; seed++) {
        const { bytes, what } = spoilBytes(original, regionsOf(original), new Dice(i * 1000 + seed));
        const found = complaint(bytes, 'spoilt.bpf.o');
        if (found !== null) complaints.push(`seed ${seed}, ${what}: ${found}`);
      }
      expect(complaints).toEqual([]);
    },
    60_000,
  );
});
