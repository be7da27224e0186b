import { Unsupported } from '../base/errors.ts';
import type { Btf } from '../btf/btf.ts';
import type { BpfObject, BpfProgram } from '../elf/object.ts';
import type { RunView } from '../trace/view.ts';

/** The floors below, as the engine uses them: one place to see what it stands on. */

/** Parses raw BTF. Throws InputError. */
export function parseKernelBtf(_bytes: Uint8Array): Btf {
  throw new Unsupported('parsing BTF');
}

/** Parses and links an object file. Throws InputError. */
export function loadObject(_bytes: Uint8Array, _file: string, _kernelBtf: Btf): BpfObject {
  throw new Unsupported('loading object files');
}

/** Runs a program once, as BPF_PROG_TEST_RUN would. */
export function runProgram(_program: BpfProgram, _object: BpfObject, _kernelBtf: Btf): RunView {
  throw new Unsupported('running programs');
}
