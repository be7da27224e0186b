import { InputError } from '../base/errors.ts';
import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import type { Btf } from '../btf/btf.ts';
import { assembleWithLines } from '../isa/asm.ts';
import type { Assembly } from '../isa/asm.ts';
import { calls } from './calls.ts';
import { objectFromInsns } from './from-insns.ts';
import { setGlobals } from './globals.ts';
import { loadObject, programKind } from './load.ts';
import type { LoadOptions } from './load.ts';
import type { BpfObject, BpfProgram } from './object.ts';
import { placeOf, rewritten } from './rewrite.ts';
import type { Part } from './rewrite.ts';
import { withProgramText } from './whole-program.ts';
import type { WholeProgram } from './whole-program.ts';

/** What a program is made from. */
export interface Input {
  readonly kind: 'object' | 'assembly';
  /** Name as opened, without folders. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** A change to an input, or to what it holds, before it is verified. */
export type Edit =
  /** Sets a global variable, or a map's size (`NAME.max_entries`), as `--set NAME=VALUE` does. */
  | { readonly kind: 'set'; readonly name: string; readonly value: string }
  /** Puts assembly in the place of a program's instructions `from` … `from + count - 1`; it has to take as many slots. */
  | {
      readonly kind: 'instructions';
      readonly program: string;
      readonly from: number;
      readonly count: number;
      readonly text: string;
    }
  /** Puts assembly of any length in the place of stretches of a program, or in between, or takes them away; what refers to what moves follows. */
  | { readonly kind: 'rewrite'; readonly program: string; readonly parts: readonly Part[] }
  /** Makes of a program what another section's name would make of it: `iter.s/task`. */
  | { readonly kind: 'section'; readonly program: string; readonly section: string }
  /** Puts assembly in the place of all of a program's instructions. */
  | ({ readonly kind: 'program' } & WholeProgram)
  /** Puts another text in the place of assembly. */
  | { readonly kind: 'assembly'; readonly text: string };

/**
 * Edits without those that a later one makes void: a text replaces all that came before it, a program's text what was put in that program, a setting the
 * earlier ones of its name.
 */
export function combined(edits: readonly Edit[]): readonly Edit[] {
  const from = edits.map(({ kind }) => kind).lastIndexOf('assembly');
  const left = edits.slice(Math.max(0, from));
  return left.filter((edit, i) => !left.some((later, k) => k > i && makesVoid(later, edit)));
}

function makesVoid(later: Edit, edit: Edit): boolean {
  if (edit.kind === 'set') return later.kind === 'set' && later.name === edit.name;
  const ofInstructions = edit.kind !== 'assembly' && edit.kind !== 'section';
  return ofInstructions && later.kind === 'program' && later.program === edit.program;
}

/** The input that edits of the text leave, and the edits that remain: what has to be kept to make the program once more. */
export function settled(
  input: Input,
  edits: readonly Edit[],
): { readonly input: Input; readonly edits: readonly Edit[] } {
  const text = edits.filter((edit) => edit.kind === 'assembly').at(-1);
  if (text === undefined) return { input, edits };
  if (input.kind !== 'assembly') throw new InputError('it is an object: there is no text to replace', '', input.file);
  return {
    input: { ...input, bytes: encodeUtf8(text.text) },
    edits: edits.filter(({ kind }) => kind !== 'assembly'),
  };
}

function inFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof InputError ? error.inFile(file) : error;
  }
}

/** Assembles an input, keeping the lines. @throws InputError naming the file */
export function assembleInput(input: Input, kernelBtf: Btf): Assembly {
  return inFile(input.file, () => {
    const result = assembleWithLines(decodeUtf8(input.bytes), calls(kernelBtf));
    if (result.insns.length === 0) throw new InputError('there are no instructions');
    return result;
  });
}

/**
 * Loads what an input holds, with edits made.
 * @param kernel what is known of the kernel to load for
 * @throws InputError, also for an edit that does not fit
 */
export function loadInput(
  original: Input,
  changes: readonly Edit[],
  kernel: Omit<LoadOptions, 'file' | 'kernelBtf'> & { readonly kernelBtf: Btf },
): BpfObject {
  const { input, edits } = settled(original, changes);
  let object: BpfObject;
  if (input.kind === 'object') object = loadObject(input.bytes, { ...kernel, file: input.file });
  else {
    const { insns } = assembleInput(input, kernel.kernelBtf);
    object = { ...objectFromInsns(insns, { name: input.file.replace(/\.\w+$/, '') }), file: input.file };
  }
  object = setGlobals(
    object,
    edits.filter((edit) => edit.kind === 'set'),
  );
  for (const edit of edits)
    if (edit.kind !== 'set' && edit.kind !== 'assembly')
      object = inFile(input.file, () => edited(object, edit, kernel.kernelBtf));
  return object;
}

/** An edit of one program. */
export type ProgramEdit = Exclude<Edit, { kind: 'set' | 'assembly' }>;

/** An object with one of its programs edited; the others are what they were. @throws InputError for an edit that does not fit */
export function edited(object: BpfObject, edit: ProgramEdit, kernelBtf: Btf): BpfObject {
  const program = object.programs.find(({ name }) => name === edit.program);
  const place = edit.kind === 'instructions' ? `${edit.program}, ${placeOf(edit)}` : edit.program;
  if (program === undefined) throw new InputError('there is no such program', place, object.file);
  if (edit.kind === 'program') return withProgramText(object, edit, kernelBtf);
  const changed = editedProgram(object, program, edit, kernelBtf);
  return { ...object, programs: object.programs.map((one) => (one === program ? changed : one)) };
}

function editedProgram(
  object: BpfObject,
  program: BpfProgram,
  edit: Exclude<ProgramEdit, { kind: 'program' }>,
  kernelBtf: Btf,
): BpfProgram {
  switch (edit.kind) {
    case 'rewrite':
      return rewritten(object, program, edit.parts, calls(kernelBtf)).program;
    case 'instructions': {
      const { program: changed } = rewritten(object, program, [edit], calls(kernelBtf));
      const slots = edit.count + changed.insns.length - program.insns.length;
      if (slots === edit.count && edit.count > 0) return changed;
      throw new InputError(
        `what is put there takes ${slots} slots, and there is room for ${edit.count}`,
        `${edit.program}, ${placeOf(edit)}`,
        object.file,
      );
    }
    case 'section': {
      const { unsupported, ...kind } = programKind(edit.section, kernelBtf);
      if (unsupported !== null) throw new InputError(unsupported, edit.program, object.file);
      return { ...program, section: edit.section, ...kind };
    }
  }
}
