import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { InputError, Unsupported } from '../core/base/errors.ts';
import { loadObject } from '../core/elf/load.ts';
import { shippedBtf, SHIPPED_KERNEL } from '../core/kernel/btf/shipped.ts';
import { Stopped, verify } from '../core/verifier/index.ts';
import { Dice } from '../scripts/fuzz/dice.ts';
import { goldenNames } from './golden-file.ts';

// Golden objects spoilt in seeded ways: whatever comes out, it is an object, or one clear line that says where the file is wrong.

const root = fileURLToPath(new URL('golden', import.meta.url));
const asset = fileURLToPath(new URL(`../core/kernel/btf/${SHIPPED_KERNEL.asset}`, import.meta.url));
const kernelBtf = shippedBtf(new Uint8Array(readFileSync(asset)));

/** Spoilt versions of each object. */
const MUTANTS = 10;
/** Programs of each that are verified, and how often the walk asks whether to go on (every 1024 instructions). */
const PROGRAMS = 3;
const PATIENCE = 8;

/** Places of an ELF file where a change means something: its header, its section headers, and the sections that describe others. */
function regions(bytes: Uint8Array): readonly (readonly [name: string, start: number, end: number])[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const table = Number(view.getBigUint64(0x28, true));
  const count = view.getUint16(0x3c, true);
  const sections = Array.from({ length: count }, (_, i): readonly [string, number, number] => {
    const at = table + i * 64;
    const start = Number(view.getBigUint64(at + 24, true));
    return [
      `section ${i}`,
      start,
      view.getUint32(at + 4, true) === 8 ? start : start + Number(view.getBigUint64(at + 32, true)),
    ];
  });
  return [['header', 0, 64], ['section headers', table, table + count * 64], ...sections].filter(
    (region): region is [string, number, number] => (region[2] as number) > (region[1] as number),
  );
}

const HUGE = [0xffffffff, 0x7fffffff, 0x80000000, 0x10000, 0, 1, 0xfffffff0];

function spoil(original: Uint8Array, dice: Dice): { bytes: Uint8Array; what: string } {
  const bytes = original.slice();
  const view = new DataView(bytes.buffer);
  const way = dice.below(8);
  if (way === 0) {
    const length = dice.below(bytes.length);
    return { bytes: bytes.slice(0, length), what: `cut to ${length} bytes` };
  }
  const changes: string[] = [];
  for (let i = 0; i <= dice.below(4); i++) {
    const [name, start, end] = dice.of(regions(original));
    const at = start + dice.below(end - start);
    if (way < 4 && at + 4 <= bytes.length) {
      const aligned = start + ((at - start) & ~3);
      const value = dice.chance(60) ? dice.of(HUGE) : (view.getUint32(aligned, true) + dice.of([1, -1, 8, 256])) >>> 0;
      view.setUint32(aligned, value, true);
      changes.push(`${name}: word at ${aligned} is ${value}`);
    } else if (way < 7) {
      bytes[at] = dice.below(256);
      changes.push(`${name}: byte at ${at} is ${bytes[at]!}`);
    } else {
      const length = Math.min(end - at, 1 + dice.below(64));
      const from = dice.below(bytes.length - length);
      bytes.copyWithin(at, from, from + length);
      changes.push(`${name}: ${length} bytes at ${at} come from ${from}`);
    }
  }
  return { bytes, what: changes.join('; ') };
}

/** What is wrong with how a spoilt object was taken; null when nothing is. */
function complaint(bytes: Uint8Array, file: string): string | null {
  try {
    const object = loadObject(bytes, { file, kernelBtf });
    for (const program of object.programs.slice(0, PROGRAMS)) {
      let asked = 0;
      try {
        verify({ program, object, kernelBtf }, { logLevel: 2, budget: { cancelled: () => ++asked > PATIENCE } });
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
        const { bytes, what } = spoil(original, new Dice(i * 1000 + seed));
        const found = complaint(bytes, 'spoilt.bpf.o');
        if (found !== null) complaints.push(`seed ${seed}, ${what}: ${found}`);
      }
      expect(complaints).toEqual([]);
    },
    60_000,
  );
});
