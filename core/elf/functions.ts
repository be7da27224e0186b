import { InputError } from '../base/errors.ts';
import type { Insn } from '../isa/insn.ts';
import {
  SHF_EXECINSTR,
  SHN_LORESERVE,
  SHT_PROGBITS,
  SHT_REL,
  STB_LOCAL,
  STT_FUNC,
  STT_NOTYPE,
  STT_SECTION,
  parseRelocations,
} from './elf-file.ts';
import type { ElfFile, ElfSection, ElfSymbol } from './elf-file.ts';

export type MutableInsn = { -readonly [K in keyof Insn]: Insn[K] };

/** What an instruction's relocation asks for. */
export type Relocation =
  | { readonly kind: 'call'; readonly offset: number }
  | { readonly kind: 'function-address'; readonly offset: number }
  | { readonly kind: 'map'; readonly map: number }
  | { readonly kind: 'data'; readonly map: number; readonly offset: number }
  | { readonly kind: 'extern-call' | 'extern-address'; readonly extern: number };

/** A function of the object: a program's entry, or a subprogram in `.text`. Instruction indexes count 8-byte slots. */
export interface ElfFunction {
  readonly name: string;
  readonly section: ElfSection;
  /** First instruction, in its section. */
  readonly start: number;
  /** Before calls and data are linked; CO-RE changes them in place. */
  readonly insns: MutableInsn[];
  /** By instruction index in the function. */
  readonly relocations: Map<number, Relocation>;
  /** What the kernel lacks, for instructions whose CO-RE relocation failed, by instruction index in the function. */
  readonly lacks: Map<number, string>;
  readonly subprogram: boolean;
  readonly global: boolean;
  /** Hidden from other objects: BTF calls it static, and the verifier then checks it in its callers' context. */
  readonly hidden: boolean;
  /** Set when one of its own relocations keeps every program that contains it from loading. */
  unsupported?: string;
}

/** Slots of all functions together, however their symbols overlap: more than the kernel would ever take from one object. */
const MAX_INSNS = 4_000_000;

function decode(bytes: Uint8Array, start: number, count: number): MutableInsn[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, i) => {
    const at = (start + i) * 8;
    return {
      code: bytes[at]!,
      dst: bytes[at + 1]! & 15,
      src: bytes[at + 1]! >> 4,
      off: view.getInt16(at + 2, true),
      imm: view.getInt32(at + 4, true),
    };
  });
}

export function isCode(section: ElfSection): boolean {
  return section.type === SHT_PROGBITS && (section.flags & SHF_EXECINSTR) !== 0 && section.size > 0;
}

/** The functions of all code sections, by section and then by position, and `.text`'s section index (0: none). */
export function collectFunctions(elf: ElfFile): { functions: ElfFunction[]; text: number } {
  const text = elf.sections.find((section) => isCode(section) && section.name === '.text')?.index ?? 0;
  const functions: ElfFunction[] = [];
  let total = 0;
  for (const symbol of elf.symbols) {
    const section = elf.sections[symbol.section];
    if (symbol.type !== STT_FUNC || section === undefined || symbol.section === 0 || !isCode(section)) continue;
    const fail = (reason: string): never => {
      throw new InputError(`function '${symbol.name}' ${reason}`, `${section.name} at offset ${symbol.value}`);
    };
    if (symbol.value + symbol.size > section.size)
      fail(`ends at ${symbol.value + symbol.size}, its section at ${section.size}`);
    if (section.index !== text && symbol.bind === STB_LOCAL) fail('is static outside .text, which is not supported');
    if (symbol.size === 0 || symbol.size % 8 !== 0 || symbol.value % 8 !== 0)
      fail(`covers ${symbol.size} bytes, which is no whole number of instructions`);
    total += symbol.size / 8;
    if (total > MAX_INSNS) fail('and those before it have too many instructions');
    const global = symbol.bind !== STB_LOCAL;
    functions.push({
      name: symbol.name,
      section,
      start: symbol.value / 8,
      insns: decode(section.data, symbol.value / 8, symbol.size / 8),
      relocations: new Map(),
      lacks: new Map(),
      subprogram: section.index === text,
      global,
      hidden: global && (symbol.visibility === 1 || symbol.visibility === 2),
    });
  }
  functions.sort((a, b) => a.section.index - b.section.index || a.start - b.start);
  return { functions, text };
}

/** The function that holds an instruction of a section, or null (the code of an overridden weak function has none). */
export function functionAt(functions: readonly ElfFunction[], section: number, insn: number): ElfFunction | null {
  let low = 0;
  let high = functions.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const f = functions[middle]!;
    if (f.section.index < section || (f.section.index === section && f.start <= insn)) low = middle;
    else high = middle - 1;
  }
  const found = functions[low];
  return found !== undefined &&
    found.section.index === section &&
    insn >= found.start &&
    insn < found.start + found.insns.length
    ? found
    : null;
}

/** What relocations may point at besides code. */
export interface RelocationTargets {
  readonly text: number;
  /** Extern number by symbol. */
  readonly externs: ReadonlyMap<number, number>;
  /** Map number of a `.maps` variable at an offset of a section. */
  userMap(section: number, offset: number): number | undefined;
  /** Map number of a data section. */
  dataMap(section: number): number | undefined;
  isMaps(section: number): boolean;
}

/** Reads the relocations of code sections into their functions. @throws InputError for one that libbpf would refuse the object for */
export function collectRelocations(elf: ElfFile, functions: readonly ElfFunction[], targets: RelocationTargets): void {
  for (const relocations of elf.sections) {
    if (relocations.type !== SHT_REL) continue;
    const section = elf.sections[relocations.info];
    if (section === undefined)
      throw new InputError(
        `it relocates section ${relocations.info}, there are ${elf.sections.length}`,
        relocations.name,
      );
    if (!isCode(section)) continue;
    for (const [i, { offset, symbol: symbolIndex }] of parseRelocations(relocations).entries()) {
      const place = `${relocations.name} at offset ${i * 16}`;
      const symbol = elf.symbols[symbolIndex];
      if (symbol === undefined) throw new InputError(`symbol ${symbolIndex} of relocation ${i} is not there`, place);
      if (offset % 8 !== 0 || offset >= section.size)
        throw new InputError(
          `relocation ${i} is at ${offset} of ${section.name}, which has ${section.size} bytes`,
          place,
        );
      const f = functionAt(functions, section.index, offset / 8);
      if (f === null) continue;
      const at = offset / 8 - f.start;
      f.relocations.set(at, relocationOf(f, at, symbol, elf, targets, place));
    }
  }
}

function relocationOf(
  f: ElfFunction,
  at: number,
  symbol: ElfSymbol,
  elf: ElfFile,
  targets: RelocationTargets,
  place: string,
): Relocation {
  const insn = f.insns[at]!;
  const fail = (reason: string): never => {
    throw new InputError(`instruction ${at} of '${f.name}' ${reason}`, place);
  };
  const call = insn.code === 0x85;
  if (!call && insn.code !== 0x18) fail(`(code 0x${insn.code.toString(16)}) cannot be relocated`);
  if (!call && at + 1 >= f.insns.length) fail('is a 64-bit load that is cut off');
  if (symbol.section === 0 && symbol.type === STT_NOTYPE && symbol.bind !== STB_LOCAL) {
    const extern = targets.externs.get(symbol.index);
    if (extern === undefined) return fail(`refers to '${symbol.name}', which is no known extern`);
    return { kind: call ? 'extern-call' : 'extern-address', extern };
  }
  if (call) {
    if (insn.src !== 1) fail('is a relocated call that is not to a subprogram');
    if (targets.text === 0 || symbol.section !== targets.text) fail(`calls '${symbol.name}', which is not in .text`);
    if (symbol.value % 8 !== 0) fail(`calls offset ${symbol.value} of .text`);
    return { kind: 'call', offset: symbol.value };
  }
  if (symbol.section === 0 || symbol.section >= SHN_LORESERVE)
    fail(
      `refers to '${symbol.name}' in special section 0x${symbol.section.toString(16)} (a global variable that was never initialised?)`,
    );
  if (
    symbol.section === targets.text &&
    ((symbol.bind === STB_LOCAL && symbol.type === STT_SECTION) ||
      (symbol.bind !== STB_LOCAL && symbol.type === STT_FUNC))
  ) {
    if (symbol.value % 8 !== 0 || insn.imm % 8 !== 0)
      fail(`takes the address of offset ${symbol.value + insn.imm} of .text`);
    return { kind: 'function-address', offset: symbol.value };
  }
  const data = targets.dataMap(symbol.section);
  if (data !== undefined) return { kind: 'data', map: data, offset: symbol.value };
  const name = elf.sections[symbol.section]!.name;
  if (!targets.isMaps(symbol.section))
    fail(`refers to '${symbol.name}' in section '${name}', which holds neither maps nor data`);
  const map = targets.userMap(symbol.section, symbol.value);
  return map === undefined
    ? fail(`refers to offset ${symbol.value} of ${name}, where there is no map`)
    : { kind: 'map', map };
}
