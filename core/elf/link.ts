import { InputError } from '../base/errors.ts';
import type { Btf } from '../btf/btf.ts';
import type { BtfExt, ExtFunc, ExtLine, ExtSection } from '../btf/ext.ts';
import type { ParsedBtf } from '../btf/parse.ts';
import type { Extern, Resolved } from './externs.ts';
import { functionAt } from './functions.ts';
import type { ElfFunction, MutableInsn } from './functions.ts';
import type { LoadedMap } from './maps.ts';
import type { FuncInfo, LineInfo, Replaced } from './object.ts';

const PSEUDO_CALL = 1;
const PSEUDO_MAP_FD = 1;
const PSEUDO_MAP_VALUE = 2;
const PSEUDO_BTF_ID = 3;
const PSEUDO_FUNC = 4;
const PSEUDO_KFUNC_CALL = 2;
/** libbpf calls this helper number plus the extern's number where a weak kfunc is missing. */
const POISONED_KFUNC = 2002000000;

/** The kernel refuses programs beyond this number of instructions before it looks at them. */
const MAX_PROGRAM = 1_000_000;

export interface LinkContext {
  readonly functions: readonly ElfFunction[];
  readonly text: number;
  readonly maps: readonly LoadedMap[];
  /** Number in `maps` of the `.kconfig` map, or -1. */
  readonly kconfigMap: number;
  readonly externs: readonly Extern[];
  resolve(extern: number): Resolved;
  /** The object's BTF as the kernel has it; null when there is none or it was refused. */
  readonly btf: ParsedBtf | null;
  /** The object's BTF whether or not the kernel takes it, for libbpf's own tags. */
  readonly tags: Btf | null;
  readonly info: FunctionInfo | null;
  /** Instructions that may still be placed, over all programs of the object. */
  budget: number;
}

export interface Linked {
  readonly insns: MutableInsn[];
  /** Loads of a map or its value whose descriptor no relocation fills: what stands in the file is a number of no meaning. */
  readonly unfilled: ReadonlySet<number>;
  readonly funcInfo: FuncInfo[];
  readonly lineInfo: LineInfo[];
  readonly replaced: readonly Replaced[];
  readonly unsupported: string | null;
}

/** A copy of a function's code in the program under construction. */
interface Placed {
  readonly f: ElfFunction;
  readonly at: number;
}

/** One program with the subprograms it reaches, appended in the order in which their first calls are met, depth first. */
export function linkProgram(context: LinkContext, main: ElfFunction): Linked {
  const insns: MutableInsn[] = [];
  const placed = new Map<ElfFunction, Placed>();
  const order: Placed[] = [];
  const infos = new InfoCollector(context);
  let unsupported: string | null = null;

  const place = (f: ElfFunction): Placed => {
    const copy = { f, at: insns.length };
    if (insns.length + f.insns.length > MAX_PROGRAM)
      throw new InputError(`program '${main.name}' has more than ${MAX_PROGRAM} instructions`, f.section.name);
    context.budget -= f.insns.length;
    if (context.budget < 0)
      throw new InputError('its programs, with their subprograms, have too many instructions together', f.section.name);
    for (const insn of f.insns) insns.push({ ...insn });
    placed.set(f, copy);
    order.push(copy);
    infos.add(copy, copy === order[0]);
    unsupported ??= f.unsupported ?? null;
    return copy;
  };
  /** Links the calls of a function, going into each function that was not placed before as soon as it is met. */
  const linkCalls = (root: Placed): void => {
    const stack = [{ copy: root, next: 0 }];
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const { f, at } = top.copy;
      if (top.next >= f.insns.length) {
        stack.pop();
        continue;
      }
      const index = top.next;
      const insn = insns[at + index]!;
      const target = callee(context, f, index, insn);
      if (target === null) {
        top.next++;
        continue;
      }
      let copy = placed.get(target);
      if (copy === undefined) {
        copy = place(target);
        // Come back to this call when the callee is done; it is placed then.
        stack.push({ copy, next: 0 });
        continue;
      }
      if (insn.code === 0x18) insn.src = PSEUDO_FUNC;
      insn.imm = copy.at - (at + index) - 1;
      top.next++;
    }
  };
  linkCalls(place(main));
  const callback = exceptionCallback(context, main);
  if (typeof callback === 'string') unsupported ??= callback;
  else if (callback !== null && !placed.has(callback)) linkCalls(place(callback));

  const replaced: Replaced[] = [];
  const unfilled = new Set<number>();
  for (const { f, at } of order) {
    for (const [index, lacks] of f.lacks) replaced.push({ insn: at + index, why: 'core', lacks });
    f.insns.forEach((insn, index) => {
      if (takesDescriptor(insn) && !f.relocations.has(index)) unfilled.add(at + index);
    });
    for (const [index, relocation] of f.relocations) {
      const insn = insns[at + index]!;
      const second = insns[at + index + 1];
      switch (relocation.kind) {
        case 'call':
        case 'function-address':
          break;
        case 'map':
          insn.src = PSEUDO_MAP_FD;
          insn.imm = relocation.map;
          unsupported ??= context.maps[relocation.map]!.unsupported ?? null;
          break;
        case 'data':
          second!.imm = (insn.imm + relocation.offset) | 0;
          insn.src = PSEUDO_MAP_VALUE;
          insn.imm = relocation.map;
          unsupported ??= context.maps[relocation.map]!.unsupported ?? null;
          break;
        case 'extern-call': {
          const resolved = context.resolve(relocation.extern);
          if (resolved.kind === 'kernel-btf') Object.assign(insn, { src: PSEUDO_KFUNC_CALL, imm: resolved.id, off: 0 });
          else if (resolved.kind === 'missing') {
            Object.assign(insn, { code: 0x85, dst: 0, src: 0, off: 0, imm: POISONED_KFUNC + relocation.extern });
            replaced.push({ insn: at + index, why: 'kfunc', lacks: context.externs[relocation.extern]!.name });
          } else unsupported ??= resolved.kind === 'unsupported' ? resolved.why : 'a call of a .kconfig variable';
          break;
        }
        case 'extern-address': {
          const resolved = context.resolve(relocation.extern);
          if (resolved.kind === 'kconfig') {
            Object.assign(insn, { src: PSEUDO_MAP_VALUE, imm: context.kconfigMap });
            second!.imm = resolved.offset;
            unsupported ??= context.maps[context.kconfigMap]!.unsupported ?? null;
          } else if (resolved.kind === 'kernel-btf') {
            Object.assign(insn, { src: PSEUDO_BTF_ID, imm: resolved.id });
            second!.imm = 0;
          } else if (resolved.kind === 'missing') insn.imm = second!.imm = 0;
          else if (resolved.kind === 'address') {
            insn.imm = Number(BigInt.asIntN(32, resolved.address));
            second!.imm = Number(BigInt.asIntN(32, resolved.address >> 32n));
          } else unsupported ??= resolved.why;
          break;
        }
      }
    }
  }
  return { insns, replaced, unfilled, ...infos, unsupported };
}

const takesDescriptor = (insn: MutableInsn): boolean =>
  insn.code === 0x18 && (insn.src === PSEUDO_MAP_FD || insn.src === PSEUDO_MAP_VALUE);

/** The subprogram that an instruction of `f` calls or takes the address of, or null when it does neither. */
function callee(context: LinkContext, f: ElfFunction, index: number, insn: MutableInsn): ElfFunction | null {
  const relocation = f.relocations.get(index);
  const call = insn.code === 0x85 && insn.src === PSEUDO_CALL;
  const address = relocation?.kind === 'function-address' || (insn.code === 0x18 && insn.src === PSEUDO_FUNC);
  if ((!call && !address) || relocation?.kind === 'extern-call') return null;
  const original = f.insns[index]!.imm;
  let target: number;
  if (relocation === undefined) {
    if (!call)
      throw new InputError(
        `instruction ${index} of '${f.name}' takes a function's address without a relocation`,
        f.section.name,
      );
    target = f.start + index + original + 1;
  } else if (relocation.kind === 'call') target = relocation.offset / 8 + original + 1;
  else if (relocation.kind === 'function-address') target = (relocation.offset + original) / 8;
  else
    throw new InputError(`instruction ${index} of '${f.name}' has a relocation that does not fit it`, f.section.name);
  const found = context.text === 0 ? null : functionAt(context.functions, context.text, target);
  if (found === null)
    throw new InputError(
      `instruction ${index} of '${f.name}' calls instruction ${target} of .text, where there is no function`,
      f.section.name,
    );
  return found;
}

/** The subprogram named by a program's `exception_callback:` tag; a string says why libbpf refuses it. */
function exceptionCallback({ tags, functions }: LinkContext, main: ElfFunction): ElfFunction | string | null {
  const prefix = 'exception_callback:';
  const id = tags?.find('func', main.name) ?? 0;
  if (tags === null || id === 0) return null;
  const names = tags.declTags(id, -1).filter((tag) => tag.startsWith(prefix));
  // Several are the verifier's to refuse.
  if (names.length !== 1) return null;
  const name = names[0]!.slice(prefix.length);
  const found = functions.find((f) => f.subprogram && f.name === name);
  if (found === undefined) return `exception callback '${name}' is not there`;
  return found.global && !found.hidden ? found : `exception callback '${name}' is not a global function`;
}

/** The records of each function, in their order in `.BTF.ext`. */
export interface FunctionInfo {
  readonly funcs: ReadonlyMap<ElfFunction, readonly ExtFunc[]>;
  readonly lines: ReadonlyMap<ElfFunction, readonly ExtLine[]>;
}

/** Sorts the records of `.BTF.ext` by the function whose code they are about. */
export function infoByFunction(
  ext: BtfExt,
  btf: ParsedBtf,
  sections: ReadonlyMap<string, number>,
  functions: readonly ElfFunction[],
): FunctionInfo {
  const sort = <R extends ExtFunc | ExtLine>(parts: readonly ExtSection<R>[]): Map<ElfFunction, R[]> => {
    const sorted = new Map<ElfFunction, R[]>();
    for (const part of parts) {
      const section = sections.get(btf.string(part.sectionName));
      if (section === undefined) continue;
      for (const record of part.records) {
        const f = functionAt(functions, section, Math.floor(record.offset / 8));
        if (f === null) continue;
        const list = sorted.get(f);
        if (list === undefined) sorted.set(f, [record]);
        else list.push(record);
      }
    }
    return sorted;
  };
  return { funcs: sort(ext.funcs), lines: sort(ext.lines) };
}

/** Gathers the function and line records of the functions of one program, as indexes of its instructions. */
class InfoCollector {
  readonly funcInfo: FuncInfo[] = [];
  readonly lineInfo: LineInfo[] = [];

  constructor(private readonly context: LinkContext) {}

  /** Functions without records leave the kernel to judge; records of subprograms follow only where the main function has some. */
  add({ f, at }: Placed, main: boolean): void {
    const { info, btf } = this.context;
    if (info === null || btf === null) return;
    const index = (offset: number): number => Math.floor(offset / 8) - f.start + at;
    if (main || this.funcInfo.length > 0)
      for (const r of info.funcs.get(f) ?? []) this.funcInfo.push({ insn: index(r.offset), typeId: r.typeId });
    if (main || this.lineInfo.length > 0)
      for (const r of info.lines.get(f) ?? [])
        this.lineInfo.push({
          insn: index(r.offset),
          file: btf.string(r.file),
          text: btf.string(r.text),
          line: r.line,
          col: r.col,
        });
  }
}

/** Kernel BTF id of what a program attaches to; a string says why there is none. */
export function attachTarget(
  kernel: Btf | null,
  target: { kind: 'typedef' | 'func'; name: string } | null,
): number | string {
  if (target === null) return 0;
  if (target.name === '') return 'the section names no attach target';
  if (kernel === null) return `attach target ${target.name} needs the kernel's BTF`;
  const id = kernel.find(target.kind, target.name);
  return id === 0 ? `attach target ${target.name} is not in the kernel's BTF` : id;
}
