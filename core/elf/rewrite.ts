import { InputError } from '../base/errors.ts';
import type { AsmOptions } from '../isa/asm.ts';
import { assemble } from '../isa/asm.ts';
import type { Insn } from '../isa/insn.ts';
import { isFuncAddress, isJump, isLoadImm64, isSubprogCall } from '../isa/insn-kinds.ts';
import { CALL, EXIT } from '../isa/opcodes.ts';
import type { BpfObject, BpfProgram, LineInfo } from './object.ts';

/**
 * Assembly that is put in the place of a stretch of a program. All numbers are those before any part of the same edit is made. In the text `.12` is
 * where jumps to instruction 12 lead, and `..12` the instruction itself, behind what was put in front of it; a function of the program is called by
 * its name.
 */
export interface Part {
  /** The stretch is `from` … `from + count - 1`; with a count of 0 the text is put in front of `from`. */
  readonly from: number;
  readonly count: number;
  /** Empty: the stretch is taken away. */
  readonly text: string;
  /** Where jumps to `from` lead, and calls: to the beginning of the text unless told. */
  readonly jumps?: 'behind';
}

/** A program in which parts were put, and where its instructions came from. */
export interface Rewritten {
  readonly program: BpfProgram;
  /** The number that each slot had before, -1 for what was put in. */
  readonly origin: Int32Array;
}

/** The kernel refuses more before it looks at them. */
const MAX_PROGRAM = 1_000_000;

/** Distances that an instruction's field holds. */
const FIELDS = { off: [-0x8000, 0x7fff], imm: [-0x8000_0000, 0x7fff_ffff] } as const;

/**
 * Puts parts in a program: jumps, calls, records of functions and lines follow. Other programs of the object, which have copies of shared functions,
 * stay as they are.
 * @param parts ascending, without overlap
 * @throws InputError for what does not fit
 */
export function rewritten(
  object: BpfObject,
  program: BpfProgram,
  parts: readonly Part[],
  asm: AsmOptions = {},
): Rewritten {
  const { insns } = program;
  parts.forEach((part, i) => checkPart(object, program, part, parts[i - 1]));
  const functions = functionNames(object, program);
  const names = (name: string): Target | undefined => {
    const start = functions.get(name);
    return start === undefined ? numbered(name, insns.length) : { insn: start, itself: false };
  };
  // How long each text is does not depend on where its jumps lead.
  const lengths = parts.map(
    (part) => made(object, program, part, asm, (name) => (names(name) === undefined ? undefined : 0)).length,
  );
  const layout = layOut(insns, parts, lengths);
  const texts = parts.map((part, i) =>
    made(object, program, part, asm, (name) => {
      const target = names(name);
      if (target === undefined) return undefined;
      const { insn, itself } = target;
      const at = insn === insns.length ? layout.origin.length : (itself ? layout.at : layout.starts)[insn]!;
      if (at < 0) throw placed(object, program, part, `instruction ${insn} is taken away`);
      return at - layout.texts[i]!;
    }),
  );
  return { program: { ...program, ...moved(object, program, layout, texts, parts) }, origin: layout.origin };
}

/** Where a part goes, in words. */
export const placeOf = ({ from, count }: Pick<Part, 'from' | 'count'>): string =>
  count === 0 ? `before ${from}` : count === 1 ? `instruction ${from}` : `instructions ${from} to ${from + count - 1}`;

const placed = (object: BpfObject, program: BpfProgram, part: Part, reason: string): InputError =>
  new InputError(reason, `${program.name}, ${placeOf(part)}`, object.file);

function checkPart(object: BpfObject, program: BpfProgram, part: Part, before: Part | undefined): void {
  const { insns } = program;
  const { from, count } = part;
  const end = from + count;
  const fail = (reason: string): never => {
    throw placed(object, program, part, reason);
  };
  if (from < 0 || count < 0 || end > insns.length) fail(`the program has instructions 0 to ${insns.length - 1}`);
  if (before !== undefined && before.from + before.count > from) fail(`it overlaps ${placeOf(before)}`);
  for (const edge of [from, end])
    if (edge > 0 && isSecondHalf(insns, edge)) fail(`instruction ${edge - 1} takes two slots`);
}

// Whether a slot is the second one of a 64-bit load.
function isSecondHalf(insns: readonly Insn[], at: number): boolean {
  let first = at;
  while (first > 0 && isLoadImm64(insns[first - 1]!)) first--;
  return (at - first) % 2 === 1;
}

function made(
  object: BpfObject,
  program: BpfProgram,
  part: Part,
  asm: AsmOptions,
  resolveLabel: (name: string) => number | undefined,
): readonly Insn[] {
  try {
    return assemble(part.text, { ...asm, resolveLabel });
  } catch (error) {
    if (!(error instanceof InputError) || error.file !== '') throw error;
    throw placed(object, program, part, error.reason);
  }
}

/** What a label means. */
interface Target {
  readonly insn: number;
  /** Not what stands in front of it. */
  readonly itself: boolean;
}

/** `.12` or `..12`, for a program of more than 12 slots. */
function numbered(name: string, count: number): Target | undefined {
  const found = /^(\.\.?)(\d{1,7})$/.exec(name);
  if (found === null) return undefined;
  const insn = Number(found[2]);
  return insn <= count ? { insn, itself: found[1] === '..' } : undefined;
}

function functionNames(object: BpfObject, { funcInfo }: BpfProgram): ReadonlyMap<string, number> {
  const { btf } = object;
  return new Map(btf === null ? [] : funcInfo.map(({ insn, typeId }) => [btf.type(typeId).name, insn]));
}

/** Where everything comes to lie. */
interface Layout {
  /** By old number: where jumps to it lead, and where it is itself; -1 for none. */
  readonly starts: Int32Array;
  readonly at: Int32Array;
  readonly origin: Int32Array;
  /** By part: its first slot. */
  readonly texts: readonly number[];
}

function layOut(insns: readonly Insn[], parts: readonly Part[], lengths: readonly number[]): Layout {
  const starts = new Int32Array(insns.length + 1).fill(-1);
  const at = new Int32Array(insns.length + 1).fill(-1);
  const origin: number[] = [];
  const texts: number[] = [];
  let next = 0;
  for (let i = 0; i <= insns.length;) {
    let end = i;
    while (end === i && next < parts.length && parts[next]!.from === i) {
      const { count, jumps } = parts[next]!;
      if (jumps !== 'behind' && starts[i]! < 0) starts[i] = origin.length;
      texts.push(origin.length);
      // What takes as many slots is led to slot by slot.
      if (lengths[next] === count) for (let k = 1; k < count; k++) starts[i + k] = origin.length + k;
      for (let k = 0; k < lengths[next]!; k++) origin.push(-1);
      end += count;
      next++;
    }
    if (starts[i]! < 0) starts[i] = origin.length;
    if (end > i) i = end;
    else {
      if (i < insns.length) {
        at[i] = origin.length;
        origin.push(i);
      }
      i++;
    }
  }
  return { starts, at, origin: Int32Array.from(origin), texts };
}

function moved(
  object: BpfObject,
  program: BpfProgram,
  layout: Layout,
  texts: readonly (readonly Insn[])[],
  parts: readonly Part[],
): Pick<BpfProgram, 'insns' | 'funcInfo' | 'lineInfo' | 'unfilled' | 'replaced'> {
  const { starts, at, origin } = layout;
  const fail = (reason: string): never => {
    throw new InputError(reason, program.name, object.file);
  };
  if (origin.length > MAX_PROGRAM) fail(`it would have ${origin.length} instructions, more than ${MAX_PROGRAM}`);
  const insns: Insn[] = new Array<Insn>(origin.length);
  layout.texts.forEach((first, i) => texts[i]!.forEach((insn, k) => (insns[first + k] = insn)));
  program.insns.forEach((insn, i) => {
    const to = at[i]!;
    if (to < 0) return;
    insns[to] = isSecondHalf(program.insns, i) ? insn : retargeted(insn, i, to, starts, fail);
  });
  const funcInfo = program.funcInfo.map((info) => ({ ...info, insn: starts[info.insn] ?? -1 }));
  funcInfo.forEach(({ insn }, i) => {
    const next = funcInfo[i + 1]?.insn ?? insns.length;
    if (insn < 0 || insn >= next) fail(`nothing is left of function ${i}`);
  });
  const kept = (insn: number): boolean => at[insn]! >= 0;
  return {
    insns,
    funcInfo,
    lineInfo: movedLines(program, layout, texts, parts),
    ...(program.unfilled === undefined
      ? {}
      : { unfilled: new Set([...program.unfilled].filter(kept).map((insn) => at[insn]!)) }),
    ...(program.replaced === undefined
      ? {}
      : {
          replaced: program.replaced.filter(({ insn }) => kept(insn)).map((one) => ({ ...one, insn: at[one.insn]! })),
        }),
  };
}

/** The field in which an instruction has the distance to another; null for none. */
function distanceField(insn: Insn): 'off' | 'imm' | null {
  if (isFuncAddress(insn) || isSubprogCall(insn)) return 'imm';
  if (!isJump(insn) || insn.code === CALL || insn.code === EXIT) return null;
  // The long jump.
  return insn.code === 0x06 ? 'imm' : 'off';
}

function retargeted(insn: Insn, was: number, is: number, starts: Int32Array, fail: (reason: string) => never): Insn {
  const field = distanceField(insn);
  if (field === null) return insn;
  const target = was + 1 + insn[field];
  // What led out of the program still does.
  if (target < 0 || target >= starts.length) return insn;
  if (starts[target]! < 0) fail(`instruction ${was} leads to ${target}, in the middle of what is replaced`);
  const distance = starts[target]! - is - 1;
  const [min, max] = FIELDS[field];
  if (distance < min || distance > max) fail(`instruction ${was} cannot reach ${target} any more`);
  return { ...insn, [field]: distance };
}

// What is put in belongs to the line of what it stands before; what is behind a part keeps the line that it had.
function movedLines(
  { lineInfo, insns }: BpfProgram,
  { starts, texts, origin }: Layout,
  made: readonly (readonly Insn[])[],
  parts: readonly Part[],
): readonly LineInfo[] {
  const lines = new Map<number, LineInfo>();
  const own = new Set(lineInfo.map(({ insn }) => insn));
  for (const info of lineInfo) if (starts[info.insn]! >= 0) lines.set(starts[info.insn]!, info);
  parts.forEach(({ from, count }, i) => {
    const end = from + count;
    const gone = lineInfo.filter(({ insn }) => insn >= from && insn < end);
    const first = gone[0];
    const text = texts[i]!;
    if (first !== undefined && first.insn === from && made[i]!.length > 0) lines.set(text, first);
    const last = gone.at(-1);
    if (last !== undefined && end < insns.length && !own.has(end)) lines.set(text + made[i]!.length, last);
  });
  return [...lines]
    .filter(([insn]) => insn < origin.length)
    .sort(([a], [b]) => a - b)
    .map(([insn, info]) => ({ ...info, insn }));
}
