import { InputError } from '../base/errors.ts';
import type { Btf } from '../btf/btf.ts';
import { AssemblyError, assembleWithLines } from '../isa/asm.ts';
import type { Assembly } from '../isa/asm.ts';
import type { Insn } from '../isa/insn.ts';
import { BPF_PSEUDO_CALL, BPF_PSEUDO_FUNC, BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_VALUE } from '../isa/opcodes.ts';
import { CALL, LDDW } from '../isa/opcodes.ts';
import { calls } from './calls.ts';
import { correspondence, targetOf } from './correspondence.ts';
import type { BpfObject, BpfProgram, FuncInfo, LineInfo } from './object.ts';

/** Another text for the whole of one program of an object. */
export interface WholeProgram {
  readonly program: string;
  readonly text: string;
}

/**
 * Puts assembly in the place of a program's instructions. Everything else of the object stays: its maps and types, the program's type and what it is
 * attached to. What was told of instructions (lines, functions, what the loader replaced) goes along with those that are still there.
 * @throws AssemblyError with the line at fault, InputError
 */
export function withProgramText(object: BpfObject, { program: name, text }: WholeProgram, kernelBtf: Btf): BpfObject {
  const program = object.programs.find((one) => one.name === name);
  if (program === undefined) throw new InputError('there is no such program', name, object.file);
  const made = assembleWithLines(text, calls(kernelBtf));
  if (made.insns.length === 0) throw new InputError('there are no instructions', '', object.file);
  const found = correspondence(program.insns, made.insns);
  const starts = functionStarts(made.insns);
  const unfilled = program.unfilled === undefined ? undefined : moved(program.unfilled, found);
  mustHaveMaps(made, object, unfilled);
  const funcInfo = functionsOf(program, object, made, starts, found);
  const changed: BpfProgram = {
    ...program,
    insns: made.insns,
    funcInfo,
    lineInfo: linesOf(program, starts, found),
    ...(unfilled === undefined ? {} : { unfilled }),
    ...(program.replaced === undefined
      ? {}
      : {
          replaced: program.replaced
            .map((one) => ({ ...one, insn: found[one.insn] ?? -1 }))
            .filter(({ insn }) => insn >= 0),
        }),
  };
  return { ...object, programs: object.programs.map((one) => (one === program ? changed : one)) };
}

const moved = (insns: ReadonlySet<number>, found: Int32Array): ReadonlySet<number> =>
  new Set([...insns].map((insn) => found[insn] ?? -1).filter((insn) => insn >= 0));

/** First instructions of functions: the program's own, and what is called or handed on as a callback. */
function functionStarts(insns: readonly Insn[]): readonly number[] {
  const starts = new Set([0]);
  insns.forEach((insn, i) => {
    const isCall = insn.code === CALL && insn.src === BPF_PSEUDO_CALL;
    const to = isCall || (insn.code === LDDW && insn.src === BPF_PSEUDO_FUNC) ? targetOf(insn, i) : undefined;
    if (to !== undefined && to >= 0 && to < insns.length) starts.add(to);
  });
  return [...starts].sort((a, b) => a - b);
}

function mustHaveMaps(
  { insns, lines }: Assembly,
  { maps }: BpfObject,
  unfilled: ReadonlySet<number> | undefined,
): void {
  insns.forEach((insn, i) => {
    if (insn.code !== LDDW || (insn.src !== BPF_PSEUDO_MAP_FD && insn.src !== BPF_PSEUDO_MAP_VALUE)) return;
    if (maps[insn.imm] !== undefined || unfilled?.has(i) === true) return;
    const there =
      maps.length === 0 ? 'the object has no maps' : `the object has maps 0 (${maps[0]!.name}) to ${maps.length - 1}`;
    throw new AssemblyError(`there is no map[${insn.imm}]: ${there}`, lines[i]!);
  });
}

/** The function records of the new text: a function is known by its label, or by its first instruction. */
function functionsOf(
  { funcInfo }: BpfProgram,
  { btf }: BpfObject,
  { labels, lines }: Assembly,
  starts: readonly number[],
  found: Int32Array,
): readonly FuncInfo[] {
  if (funcInfo.length === 0) return [];
  const typeAt = new Map<number, number>();
  for (const { insn, typeId } of funcInfo) {
    const label = insn === 0 ? 0 : labels.get(btf?.type(typeId).name ?? '');
    const at = label ?? found[insn] ?? -1;
    if (starts.includes(at)) typeAt.set(at, typeId);
  }
  return starts.map((insn) => {
    const typeId = typeAt.get(insn);
    if (typeId === undefined)
      throw new AssemblyError(
        "a function begins here that the object's BTF does not describe: only those that were compiled can be called or handed on",
        lines[insn]!,
      );
    return { insn, typeId };
  });
}

/** The line records of the new text. One whose instruction has gone begins at the next that is still there. */
function linesOf({ lineInfo, insns }: BpfProgram, starts: readonly number[], found: Int32Array): readonly LineInfo[] {
  if (lineInfo.length === 0) return [];
  const sorted = [...lineInfo].sort((a, b) => a.insn - b.insn);
  const at = new Map<number, LineInfo>();
  sorted.forEach((info, i) => {
    const end = sorted[i + 1]?.insn ?? insns.length;
    for (let insn = info.insn; insn < end; insn++) {
      const to = found[insn]!;
      if (to < 0 || insns[insn]!.code === 0) continue;
      at.set(to, { ...info, insn: to });
      return;
    }
  });
  // The kernel wants a record where a function begins.
  for (const start of starts) {
    if (at.has(start)) continue;
    const own = sorted.find(({ insn }) => found[insn]! >= start) ?? sorted[0]!;
    at.set(start, { ...own, insn: start });
  }
  return [...at.values()].sort((a, b) => a.insn - b.insn);
}
