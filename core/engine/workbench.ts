import { InputError, Unsupported } from '../base/errors.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import { editableText } from '../elf/editable-text.ts';
import { unchanged } from '../elf/correspondence.ts';
import { settled } from '../elf/input.ts';
import type { Edit } from '../elf/input.ts';
import { calls } from '../elf/calls.ts';
import { AssemblyError, assembleWithLines } from '../isa/asm.ts';
import { compareWalks } from '../trace/explain/walk-comparison.ts';
import type { Task } from './control.ts';
import type { Trial } from './protocol.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** A session's program as a text to be edited: what was typed where it was typed, else assembly made of its instructions. @throws InputError */
export function programText(session: Session): string {
  const { input, edits } = settled(session.origin.input, session.origin.edits);
  if (input.kind === 'assembly' && edits.every(({ kind }) => kind === 'set')) return decodeUtf8(input.bytes);
  const typed = edits.at(-1);
  if (typed?.kind === 'program' && typed.program === session.program.name) return typed.text;
  const { program, object, kernel, view } = session;
  const functions = new Map(view.text.subprogs.map(({ name, start }) => [start, name]));
  try {
    return editableText(program, object, kernel.btf, functions);
  } catch (error) {
    throw error instanceof InputError ? error.inFile(program.name) : error;
  }
}

/**
 * Verifies a session's program with another text, and lays its walk over the session's. What was tried before is forgotten; what is wrong with a text is
 * told, and is no error.
 * @throws Cancelled
 */
export async function tryText(sessions: Sessions, base: Session, text: string, task: Task): Promise<Trial> {
  let draft: Session;
  try {
    draft = await sessions.drafted(() => sessions.derive(base, [...base.origin.edits, editOf(base, text)], task));
  } catch (error) {
    return { problem: problemOf(error) };
  }
  const { lines } = assembleWithLines(text, calls(base.kernel.btf));
  const became = unchanged(base.program.insns, draft.program.insns);
  const comparison = compareWalks(base.view, draft.view, (insn) => became[insn] ?? -1);
  const { pcs } = draft.trace.data;
  const parting = comparison === null ? undefined : pcs[comparison.step - 1];
  return {
    entry: draft.entry,
    verdict: draft.view.verdict,
    at: draft.report.insn,
    lines: { at: lines[draft.report.insn] ?? 0, parting: parting === undefined ? 0 : (lines[parting] ?? 0) },
    message: draft.report.message,
    same: base.program.insns.length === draft.program.insns.length && became.every((to, at) => to === at),
    comparison,
  };
}

/** What is wrong with a text that makes no program; line 0 where it is no line's. @throws what is no fault of the text */
export function problemOf(error: unknown): { readonly line: number; readonly text: string } {
  if (error instanceof AssemblyError) return { line: error.line, text: error.reason };
  if (error instanceof InputError) return { line: 0, text: error.reason };
  if (error instanceof Unsupported) return { line: 0, text: error.message };
  throw error;
}

function editOf(base: Session, text: string): Edit {
  if (base.origin.input.kind === 'assembly') return { kind: 'assembly', text };
  return { kind: 'program', program: base.program.name, text };
}
