/**
 * Looks for fixes of rejected golden programs, and asks the running kernel about them. As a script it records what a 6.18 says of a sample
 * (`tests/fixes/recorded.json`):
 *
 *     npm run golden:fixes
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EPERM } from '../core/base/errno.ts';
import type { Btf } from '../core/btf/btf.ts';
import { edited } from '../core/elf/input.ts';
import type { ProgramEdit } from '../core/elf/input.ts';
import { loadObject } from '../core/elf/load.ts';
import type { BpfObject, BpfProgram } from '../core/elf/object.ts';
import { drain } from '../core/engine/control.ts';
import type { KernelModel } from '../core/kernel/model.ts';
import { linux618 } from '../core/kernel/releases/linux-6.18.ts';
import { findFixes, ProgramText, TraceRecorder } from '../core/trace/index.ts';
import type { Fix } from '../core/trace/index.ts';
import { verdictOf, verify } from '../core/verifier/index.ts';
import type { Rejection } from '../core/verifier/rejection.ts';
import { goldenNames } from './golden-file.ts';
import { BpfError } from './kernel/bpf-syscall.ts';
import { KernelObject } from './kernel/load.ts';

const GOLDEN = fileURLToPath(new URL('../tests/golden', import.meta.url));

/** A rejected golden program. */
export interface Rejected {
  /** `iter-num/c:leak` */
  readonly key: string;
  readonly theme: string;
  readonly object: BpfObject;
  readonly program: BpfProgram;
  readonly rejection: Rejection;
  /** Looks for its fixes. */
  fixes(): readonly Fix[];
}

/** An object of the goldens, loaded for a kernel; `name` is `theme/object`. */
export const goldenObject = (name: string, kernel: KernelModel): BpfObject =>
  loadObject(new Uint8Array(readFileSync(join(GOLDEN, `${name}.bpf.o`))), {
    file: `${name.split('/')[1]!}.bpf.o`,
    ...kernel.loading,
  });

/** Every golden program that a model rejects, in the order of their names. */
export function* rejectedGoldens(kernel: KernelModel): Generator<Rejected> {
  for (const name of goldenNames(GOLDEN)) {
    const object = goldenObject(name, kernel);
    for (const program of object.programs) {
      const recorder = new TraceRecorder(object.maps);
      const result = verify({ program, object, kernel }, { logLevel: 0, sink: recorder });
      const { rejection } = result;
      if (rejection === undefined) continue;
      yield {
        key: `${name}:${program.name}`,
        theme: name.split('/')[0]!,
        object,
        program,
        rejection,
        fixes: () => {
          const trace = recorder.finish(verdictOf(result), rejection);
          return drain(findFixes(trace, new ProgramText(program, object, kernel), { kernel }));
        },
      };
    }
  }
}

/** What a kernel says of an edited golden program: its errno, and how many instructions it processed. */
export interface Word {
  readonly errno: number;
  readonly processed: number;
  readonly log: string;
}

/** Asks the running kernel about golden programs to which edits were made. Programs are loaded, and never attached. */
export class FixJudge {
  readonly #kernel: KernelModel;
  #last: { readonly name: string; readonly object: BpfObject } | null = null;

  /** @param btf the running kernel's */
  constructor(private readonly btf: Btf) {
    this.#kernel = linux618(btf);
  }

  /** The program as the running kernel's model has it after the edits. */
  made(key: string, edits: readonly ProgramEdit[]): { readonly object: BpfObject; readonly program: BpfProgram } {
    const [name, prog] = key.split(':') as [string, string];
    if (this.#last?.name !== name) this.#last = { name, object: goldenObject(name, this.#kernel) };
    const object = edits.reduce((one, edit) => edited(one, edit, this.btf), this.#last.object);
    return { object, program: object.programs.find((one) => one.name === prog)! };
  }

  /** The kernel's word; null where it does not let anybody load such a program, or make its maps. */
  ask(key: string, edits: readonly ProgramEdit[]): Word | null {
    const { object, program } = this.made(key, edits);
    const kernel = new KernelObject(object);
    try {
      const { errno, processed, log } = kernel.verify(program, 1);
      return { errno, processed, log };
    } catch (error) {
      if (error instanceof BpfError && error.errno === -EPERM) return null;
      if (error instanceof BpfError && kernel.refusedMap(program) !== null) return null;
      throw error;
    } finally {
      kernel.close();
    }
  }
}
