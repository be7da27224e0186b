import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createEngine } from '../../core/engine/index.ts';
import { loadObject } from '../../core/elf/load.ts';
import { disassembleProgram } from '../../core/isa/disasm.ts';
import { assets, kernelModel } from '../../node/inputs.ts';
import { goldenNames } from '../golden-file.ts';
import { Dice } from '../../core/base/dice.ts';
import { spoilArchive } from './archives.ts';
import { spoilAssembly } from './assembly.ts';
import type { Spoilt } from './bytes.ts';
import { spoilObject } from './elf.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Objects larger than this are left to the goldens: spoiling them says nothing more. */
const LARGEST = 80_000;
/** Traces that are spoilt. */
const TRACES = 24;

interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What is sound and will be spoilt: objects, traces and texts, made once. */
export class Seeds {
  private constructor(
    private readonly objects: readonly Seed[],
    private readonly traces: readonly Seed[],
    private readonly texts: readonly string[],
  ) {}

  /** Reads the goldens and samples, and makes traces and texts of some. */
  static async load(): Promise<Seeds> {
    const golden = `${root}tests/golden`;
    const samples = existsSync(`${root}samples`) ? readdirSync(`${root}samples`) : [];
    const paths = [
      ...samples.filter((file) => file.endsWith('.bpf.o')).map((file) => `${root}samples/${file}`),
      ...goldenNames(golden).map((name) => `${golden}/${name}.bpf.o`),
    ];
    const objects = paths
      .map((path) => ({ name: 'spoilt.bpf.o', bytes: new Uint8Array(readFileSync(path)) }))
      .filter(({ bytes }) => bytes.length < LARGEST);
    const engine = createEngine(assets(), { now: () => performance.now(), timeMs: 1000 });
    const traces: { name: string; bytes: Uint8Array }[] = [];
    const texts: string[] = [];
    const { btf } = kernelModel();
    for (let i = 0; traces.length < TRACES && i < objects.length; i += i < samples.length ? 1 : 7) {
      const { bytes } = objects[i]!;
      const { sessions } = await engine.open([{ name: `seed${i}.bpf.o`, bytes }]);
      for (const { session, accepted } of sessions.slice(0, 1))
        if (accepted !== null)
          traces.push({ name: 'spoilt.iterscope', bytes: (await engine.exportTrace(session, 'iterscope')).bytes });
      for (const program of loadObject(bytes, { file: 'seed', kernelBtf: btf }).programs.slice(0, 2))
        texts.push(
          disassembleProgram(program.insns, {
            callName: (insn) => (insn.imm > 0 ? btf.type(insn.imm).name : undefined),
          })
            .map((line) => line.replace(/^\d+: \([0-9a-f]{2}\) /, ''))
            .join('\n'),
        );
    }
    return new Seeds(objects, traces, texts);
  }

  /** Input number `index` of a seed: always the same. */
  input(seed: number, index: number): Spoilt {
    const dice = new Dice(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
    const kind = dice.weighted({ object: 55, archive: 25, assembly: 20 });
    if (kind === 'object') {
      const { name, bytes } = dice.of(this.objects);
      return spoilObject(bytes, name, dice);
    }
    if (kind === 'archive') {
      const { name, bytes } = dice.of(this.traces);
      return spoilArchive(bytes, name, dice);
    }
    return spoilAssembly(dice.of(this.texts), 'spoilt.asm', dice);
  }
}
