import type { BpfObject, BpfProgram } from '../../core/elf/object.ts';

/** One random program, in pieces that shrinking takes away one by one: lines of assembly or C, or instructions. */
export interface Case {
  readonly lines: readonly string[];
  /** The program, ready to be loaded. @throws InputError when the pieces make none */
  load(): { readonly object: BpfObject; readonly program: BpfProgram };
  /** Smaller cases without the pieces from `at` on, `count` of them; the likeliest first. */
  without(at: number, count: number): readonly Case[];
  /** C source that becomes a golden when it is put in tests/golden, or null where no compiler makes this program. */
  golden(name: string): string | null;
}

/** Makes programs of one kind. The same seed gives the same program. */
export interface Generator {
  readonly name: string;
  /** How many of a round's programs are its. */
  readonly share: number;
  /** Why it makes nothing here, if so. */
  readonly skipped?: string;
  /** One case a seed. */
  generate(seeds: readonly number[]): Case[];
}
