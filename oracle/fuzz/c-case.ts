import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { InputError } from '../../core/base/errors.ts';
import { loadObject } from '../../core/elf/load.ts';
import type { BpfObject, BpfProgram } from '../../core/elf/object.ts';
import { clang } from '../clang.ts';
import type { Case } from './case.ts';
import { programBtf } from './kernel.ts';

// Sources include ../iterscope.bpf.h, as goldens do: so they are compiled where goldens are.
const FOLDER = fileURLToPath(new URL('../../tests/golden/maps', import.meta.url));

/** Compiles C for BPF. @throws InputError with the compiler's first complaint */
export function compile(source: string, cpu: string): Uint8Array {
  const compiler = clang();
  if (compiler === null) throw new InputError('there is no clang here');
  const { status, stdout, stderr } = spawnSync(
    compiler,
    ['--target=bpf', '-O2', '-g', `-mcpu=${cpu}`, '-w', '-x', 'c', '-c', '-', '-o', '-'],
    { cwd: FOLDER, input: source, maxBuffer: 1 << 28 },
  );
  if (status !== 0) throw new InputError(/error: .*/.exec(stderr.toString())?.[0] ?? 'clang failed');
  return new Uint8Array(stdout);
}

/** Compiles and links an object. */
export function build(source: string, cpu: string): BpfObject {
  return loadObject(compile(source, cpu), { file: 'fuzz.bpf.o', kernelBtf: programBtf() });
}

/** One program in C: its own functions and the main one, a statement or brace a line, after what all share. */
export class CCase implements Case {
  constructor(
    readonly lines: readonly string[],
    readonly name: string,
    private readonly prelude: string,
    readonly cpu: string,
    private loaded: { readonly object: BpfObject; readonly program: BpfProgram } | null = null,
  ) {}

  load(): { object: BpfObject; program: BpfProgram } {
    if (this.loaded === null) {
      const object = build(`${this.prelude}${this.lines.join('\n')}\n`, this.cpu);
      const program = object.programs.find((candidate) => candidate.name === this.name);
      if (program === undefined) throw new InputError('its program is gone');
      this.loaded = { object, program };
    }
    return this.loaded;
  }

  /** Leaves statements out; a block goes as a whole, or what encloses it goes. Compiling is slow, so that only whole pieces are tried. */
  without(at: number, count: number): Case[] {
    const pieces: (readonly [from: number, to: number])[][] = [];
    if (count > 1) pieces.push([[at, at + count]]);
    else {
      const end = this.blockEnd(at);
      if (end === null) pieces.push([[at, at + 1]]);
      else
        pieces.push(
          [[at, end + 1]],
          [
            [at, at + 1],
            [end, end + 1],
          ],
        );
    }
    return pieces
      .map((gone) => this.lines.filter((_, i) => !gone.some(([from, to]) => i >= from && i < to)))
      .filter((lines) => lines.length < this.lines.length && balanced(lines))
      .map((lines) => new CCase(lines, this.name, this.prelude, this.cpu));
  }

  /** The line that closes the block which a line opens, or null. */
  private blockEnd(at: number): number | null {
    if (!this.lines[at]!.endsWith('{')) return null;
    let depth = 0;
    for (let i = at; i < this.lines.length; i++) {
      depth += braces(this.lines[i]!);
      if (depth === 0) return i;
    }
    return null;
  }

  golden(name: string): string {
    const body = this.lines.map((line) => line.replaceAll(this.name, name)).join('\n');
    return `// SPDX-License-Identifier: GPL-2.0-only\n// Found by npm run fuzz. mcpu=${this.cpu}\n${this.prelude}${body}\n`;
  }
}

const braces = (line: string): number => (line.match(/\{/g)?.length ?? 0) - (line.match(/\}/g)?.length ?? 0);

function balanced(lines: readonly string[]): boolean {
  let depth = 0;
  for (const line of lines) {
    depth += braces(line);
    if (depth < 0 || (line.startsWith('} else') && depth === 0)) return false;
  }
  return depth === 0;
}
