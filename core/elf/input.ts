import { InputError } from '../base/errors.ts';
import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import type { Btf } from '../btf/btf.ts';
import { assembleWithLines } from '../isa/asm.ts';
import type { Assembly } from '../isa/asm.ts';
import { LDDW } from '../isa/opcodes.ts';
import { calls } from './calls.ts';
import { objectFromInsns } from './from-insns.ts';
import { setGlobals } from './globals.ts';
import { loadObject } from './load.ts';
import type { LoadOptions } from './load.ts';
import type { BpfObject, BpfProgram } from './object.ts';
import { withProgramText } from './whole-program.ts';
import type { ProgramEdit } from './whole-program.ts';

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
  /** Puts assembly in the place of all of a program's instructions. */
  | ({ readonly kind: 'program' } & ProgramEdit)
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
  return edit.kind !== 'assembly' && later.kind === 'program' && later.program === edit.program;
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
  for (const edit of edits) {
    if (edit.kind === 'instructions') object = withInstructions(object, edit, kernel.kernelBtf);
    if (edit.kind === 'program') object = inFile(input.file, () => withProgramText(object, edit, kernel.kernelBtf));
  }
  return object;
}

function withInstructions(object: BpfObject, edit: Edit & { kind: 'instructions' }, kernelBtf: Btf): BpfObject {
  const { from, count } = edit;
  const end = from + count;
  const place = count === 1 ? `instruction ${from}` : `instructions ${from} to ${end - 1}`;
  const fail = (reason: string): never => {
    throw new InputError(reason, `${edit.program}, ${place}`, object.file);
  };
  const program = object.programs.find(({ name }) => name === edit.program);
  if (program === undefined) return fail('there is no such program');
  const { insns } = program;
  if (count < 1 || end > insns.length) return fail(`the program has instructions 0 to ${insns.length - 1}`);
  for (const edge of [from, end])
    if (edge > 0 && insns[edge - 1]!.code === LDDW) return fail(`instruction ${edge - 1} takes two slots`);
  let made: Assembly;
  try {
    made = assembleWithLines(edit.text, calls(kernelBtf));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return fail(error.reason);
  }
  if (made.insns.length !== count)
    return fail(`what is put there takes ${made.insns.length} slots, and there is room for ${count}`);
  const outside = (insn: number): boolean => insn < from || insn >= end;
  const changed: BpfProgram = {
    ...program,
    insns: [...insns.slice(0, from), ...made.insns, ...insns.slice(end)],
    ...(program.unfilled === undefined ? {} : { unfilled: new Set([...program.unfilled].filter(outside)) }),
    ...(program.replaced === undefined ? {} : { replaced: program.replaced.filter(({ insn }) => outside(insn)) }),
  };
  return { ...object, programs: object.programs.map((one) => (one === program ? changed : one)) };
}
