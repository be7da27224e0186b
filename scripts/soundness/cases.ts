import type { Btf } from '../../core/btf/btf.ts';
import { objectFromInsns } from '../../core/elf/from-insns.ts';
import type { BpfObject, BpfProgram } from '../../core/elf/object.ts';
import { assemble } from '../../core/isa/asm.ts';
import { Generator, THEMES } from '../fuzz/generate.ts';
import type { Theme } from '../fuzz/generate.ts';

/** A random program in pieces that shrinking takes away. */
export interface RandomProgram {
  readonly lines: readonly string[];
  /** @throws InputError when the pieces make no program */
  load(): { readonly object: BpfObject; readonly program: BpfProgram };
  /** Smaller ones without the pieces from `at` on, `count` of them. */
  without(at: number, count: number): readonly RandomProgram[];
}

class Assembled implements RandomProgram {
  constructor(
    readonly lines: readonly string[],
    readonly btf: Btf,
  ) {}

  load(): { object: BpfObject; program: BpfProgram } {
    const object = objectFromInsns(
      assemble(this.lines.join('\n'), {
        resolveCall: (name) => {
          const id = this.btf.find('func', name);
          return id === 0 ? undefined : { kfunc: id };
        },
      }),
    );
    return { object, program: object.programs[0]! };
  }

  without(at: number, count: number): RandomProgram[] {
    return [new Assembled([...this.lines.slice(0, at), ...this.lines.slice(at + count)], this.btf)];
  }
}

/** Names that `--theme` takes. */
export const themes: readonly string[] = THEMES;

/** Random programs by the name of what makes them. */
export function* randomPrograms(
  wanted: readonly string[],
  seed: number,
  count: number,
  btf: Btf,
): Iterable<{ readonly theme: string; readonly number: number; readonly program: RandomProgram }> {
  for (let i = 0; i < count; i++) {
    const theme = wanted[i % wanted.length] as Theme;
    const lines = new Generator((seed * 1_000_003 + i) | 0, theme).program();
    yield { theme, number: i, program: new Assembled(lines, btf) };
  }
}
