import { InputError } from '../../core/base/errors.ts';
import type { BpfObject } from '../../core/elf/object.ts';
import { clang } from '../clang.ts';
import { build, CCase } from './c-case.ts';
import { CWriter, PRELUDE } from './c-source.ts';
import type { Case, Generator } from './case.ts';

/** Every third batch is for the newest processor. */
const cpuOf = (seed: number): string => ((seed >>> 5) % 3 === 0 ? 'v4' : 'v3');

/** Small programs in C, compiled together; what one program says of another is only in their common BTF. */
export const C_GENERATOR: Generator = {
  name: 'c',
  share: 12,
  ...(clang() === null ? { skipped: 'there is no clang here' } : {}),
  generate(seeds) {
    const cpu = cpuOf(seeds[0] ?? 0);
    const sources = seeds.map((seed) => {
      const name = `p${seed >>> 0}`;
      return { name, lines: new CWriter(seed, name).program() };
    });
    let object: BpfObject | null = null;
    try {
      object = build(PRELUDE + sources.map(({ lines }) => lines.join('\n')).join('\n\n'), cpu);
    } catch (error) {
      // One of them does not compile: each is compiled alone when it is looked at.
      if (!(error instanceof InputError)) throw error;
    }
    return sources.map(({ name, lines }): Case => {
      const program = object?.programs.find((candidate) => candidate.name === name);
      const loaded = object === null || program === undefined ? null : { object, program };
      return new CCase(lines, name, PRELUDE, cpu, loaded);
    });
  },
};
