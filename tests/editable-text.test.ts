import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { InputError } from '../core/base/errors.ts';
import { editableText } from '../core/elf/editable-text.ts';
import { loadInput } from '../core/elf/input.ts';
import type { Input } from '../core/elf/input.ts';
import { withProgramText } from '../core/elf/whole-program.ts';
import { ProgramText } from '../core/trace/query/program-text.ts';
import { kernelModel } from '../node/inputs.ts';
import { goldenNames } from '../oracle/golden-file.ts';

const GOLDEN = fileURLToPath(new URL('golden/', import.meta.url));
const objects = goldenNames(GOLDEN);
const kernel = kernelModel();

test('every program of the goldens is assembly that makes the same program again, its lines and functions included', () => {
  expect(objects.length).toBeGreaterThan(50);
  let programs = 0;
  const unwritten: string[] = [];
  for (const name of objects) {
    const input: Input = { kind: 'object', file: name, bytes: new Uint8Array(readFileSync(`${GOLDEN}${name}.bpf.o`)) };
    const object = loadInput(input, [], kernel.loading);
    for (const program of object.programs) {
      const { subprogs } = new ProgramText(program, object, kernel);
      let text: string;
      try {
        text = editableText(program, object, kernel.btf, new Map(subprogs.map((one) => [one.start, one.name])));
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        unwritten.push(`${name}: ${program.name}: ${error.message}`);
        continue;
      }
      const changed = withProgramText(object, { program: program.name, text }, kernel.btf);
      const again = changed.programs.find((one) => one.name === program.name);
      expect(again, `${name}: ${program.name}`).toEqual({
        ...program,
        funcInfo: [...program.funcInfo].sort((a, b) => a.insn - b.insn),
        lineInfo: [...program.lineInfo].sort((a, b) => a.insn - b.insn),
      });
      programs++;
    }
  }
  expect(programs).toBeGreaterThan(400);
  // Encodings that no program may have: there is no word for them, and that is said.
  expect(unwritten.filter((one) => !one.startsWith('shape/malformed: '))).toEqual([]);
  expect(unwritten.find((one) => one.includes('exit_with_registers'))).toBe(
    `shape/malformed: exit_with_registers: instruction 1: it can't be written as assembly: "exit" would stand where the program has opcode 0x95`,
  );
}, 120_000);
