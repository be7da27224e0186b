import { InputError } from '../base/errors.ts';
import { decodeUtf8 } from '../base/utf8.ts';

export const SHT_PROGBITS = 1;
export const SHT_SYMTAB = 2;
export const SHT_STRTAB = 3;
export const SHT_NOBITS = 8;
export const SHT_REL = 9;
export const SHF_EXECINSTR = 4;
export const SHN_LORESERVE = 0xff00;
export const STT_NOTYPE = 0;
export const STT_OBJECT = 1;
export const STT_FUNC = 2;
export const STT_SECTION = 3;
export const STB_LOCAL = 0;
export const STB_GLOBAL = 1;
export const STB_WEAK = 2;

export interface ElfSection {
  readonly index: number;
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly link: number;
  readonly info: number;
  readonly entrySize: number;
  /** Size in memory; for SHT_NOBITS there are no bytes in the file. */
  readonly size: number;
  /** Contents; empty for SHT_NOBITS. */
  readonly data: Uint8Array;
}

export interface ElfSymbol {
  readonly index: number;
  readonly name: string;
  readonly bind: number;
  readonly type: number;
  /** STV_*: 0 default, 1 internal, 2 hidden, 3 protected. */
  readonly visibility: number;
  readonly section: number;
  readonly value: number;
  readonly size: number;
}

export interface ElfRelocation {
  /** Byte offset in the section that is relocated. */
  readonly offset: number;
  /** Index in the symbol table. */
  readonly symbol: number;
}

export interface ElfFile {
  readonly sections: readonly ElfSection[];
  readonly symbols: readonly ElfSymbol[];
}

/** Machines that people compile for by mistake. */
const MACHINES: Readonly<Record<number, string>> = {
  3: 'i386',
  40: 'Arm',
  62: 'x86-64',
  183: 'arm64',
  243: 'RISC-V',
  258: 'LoongArch',
};

const HEADER_SIZE = 64;
const SECTION_HEADER_SIZE = 64;
const SYMBOL_SIZE = 24;
const REL_SIZE = 16;

/** A 64-bit field as a number; offsets and sizes beyond 2^53 cannot be true of a file in memory. */
function u64(view: DataView, at: number, what: string, place: string): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new InputError(`${what} is 0x${value.toString(16)}`, place);
  return Number(value);
}

/** Reads names from a string table. Each is decoded once, and all together at most 8 times the table: names may only share tails. */
class Names {
  private readonly known = new Map<number, string>();
  private budget: number;

  constructor(private readonly table: Uint8Array) {
    this.budget = 8 * table.length + (1 << 16);
  }

  at(offset: number, what: string, place: string): string {
    const known = this.known.get(offset);
    if (known !== undefined) return known;
    const end = offset < this.table.length ? this.table.indexOf(0, offset) : -1;
    if (end < 0)
      throw new InputError(
        `${what} has its name at ${offset}, outside the string table of ${this.table.length} bytes`,
        place,
      );
    this.budget -= end - offset;
    if (this.budget < 0) throw new InputError(`the names up to that of ${what} overlap too much`, place);
    const name = decodeUtf8(this.table, offset, end);
    this.known.set(offset, name);
    return name;
  }
}

/**
 * Parses a 64-bit little-endian relocatable ELF file for BPF: section headers with their contents, and the symbol table.
 * @throws InputError with the place of what was wrong
 */
export function parseElf(bytes: Uint8Array): ElfFile {
  if (bytes.length === 0) throw new InputError('the file is empty', 'ELF header at offset 0');
  const isText = bytes[0] !== 0x7f && !bytes.subarray(0, HEADER_SIZE).includes(0);
  if (isText)
    throw new InputError(
      'not an ELF file but a text: compile C with clang --target=bpf -g -O2 -c (assembly is opened as .asm)',
      'ELF header at offset 0',
    );
  if (bytes.length < HEADER_SIZE)
    throw new InputError(`an ELF header has 64 bytes, the file has ${bytes.length}`, 'ELF header at offset 0');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = (at: number, reason: string): never => {
    throw new InputError(reason, `ELF header at offset ${at}`);
  };
  if (view.getUint32(0, false) !== 0x7f454c46) header(0, 'not an ELF file');
  if (bytes[4] !== 2) header(4, 'not a 64-bit ELF file: compile with --target=bpf');
  if (bytes[5] === 2) header(5, 'big-endian BPF objects are not supported: compile with --target=bpfel');
  if (bytes[5] !== 1) header(5, `unknown byte order ${bytes[5]}`);
  const type = view.getUint16(16, true);
  const machine = view.getUint16(18, true);
  // Old compilers left e_machine at EM_NONE.
  if (machine !== 247 && machine !== 0)
    header(
      18,
      `not a BPF object but one for ${MACHINES[machine] ?? 'another machine'} (e_machine ${machine}): compile with --target=bpf`,
    );
  if (type !== 1) header(16, `not a relocatable file (e_type ${type}): compile with -c`);

  const tableAt = u64(view, 40, 'section header table offset', 'ELF header at offset 40');
  const entrySize = view.getUint16(58, true);
  const count = view.getUint16(60, true);
  const namesIndex = view.getUint16(62, true);
  if (count === 0) header(60, 'there are no sections');
  if (entrySize !== SECTION_HEADER_SIZE) header(58, `section headers of ${entrySize} bytes`);
  if (tableAt + count * SECTION_HEADER_SIZE > bytes.length)
    header(
      40,
      `the section header table ends at ${tableAt + count * SECTION_HEADER_SIZE}, past the end of the file at ${bytes.length}`,
    );
  if (namesIndex >= count) header(62, `the section name table is section ${namesIndex} of ${count}`);

  const raw = Array.from({ length: count }, (_, index) => {
    const at = tableAt + index * SECTION_HEADER_SIZE;
    const place = `section header ${index} at offset ${at}`;
    const sectionType = view.getUint32(at + 4, true);
    const offset = u64(view, at + 24, 'section offset', place);
    const size = u64(view, at + 32, 'section size', place);
    const inFile = sectionType !== SHT_NOBITS && sectionType !== 0;
    if (inFile && offset + size > bytes.length)
      throw new InputError(`the section covers ${offset}..${offset + size}, the file has ${bytes.length} bytes`, place);
    return {
      index,
      nameOffset: view.getUint32(at, true),
      place,
      type: sectionType,
      flags: Number(view.getBigUint64(at + 8, true) & 0xffffffffn),
      link: view.getUint32(at + 40, true),
      info: view.getUint32(at + 44, true),
      entrySize: Number(view.getBigUint64(at + 56, true) & 0xffffffffn),
      size: sectionType === 0 ? 0 : size,
      data: inFile ? bytes.subarray(offset, offset + size) : new Uint8Array(0),
    };
  });
  const names = new Names(raw[namesIndex]!.data);
  const sections = raw.map(({ nameOffset, place, ...section }): ElfSection => ({
    ...section,
    name: section.index === 0 ? '' : names.at(nameOffset, 'the section', place),
  }));
  return { sections, symbols: parseSymbols(sections) };
}

function parseSymbols(sections: readonly ElfSection[]): ElfSymbol[] {
  const tables = sections.filter((section) => section.type === SHT_SYMTAB);
  if (tables.length === 0) throw new InputError('there is no symbol table (a stripped object?)', 'ELF sections');
  if (tables.length > 1) throw new InputError('there are several symbol tables', `section ${tables[1]!.index}`);
  const table = tables[0]!;
  const strings = sections[table.link];
  const place = `${table.name} (section ${table.index})`;
  if (strings === undefined || strings.type !== SHT_STRTAB)
    throw new InputError(`its string table is section ${table.link}, which is none`, place);
  if (table.entrySize !== SYMBOL_SIZE || table.size % SYMBOL_SIZE !== 0)
    throw new InputError(`${table.size} bytes of symbols of ${table.entrySize} bytes`, place);
  const names = new Names(strings.data);
  const view = new DataView(table.data.buffer, table.data.byteOffset, table.data.byteLength);
  return Array.from({ length: table.size / SYMBOL_SIZE }, (_, index) => {
    const at = index * SYMBOL_SIZE;
    const where = `${table.name} at offset ${at}`;
    const info = table.data[at + 4]!;
    const section = view.getUint16(at + 6, true);
    if (section >= sections.length && section < SHN_LORESERVE)
      throw new InputError(`symbol ${index} lies in section ${section}, there are ${sections.length}`, where);
    return {
      index,
      name: names.at(view.getUint32(at, true), `symbol ${index}`, where),
      bind: info >> 4,
      type: info & 15,
      visibility: table.data[at + 5]! & 3,
      section,
      value: u64(view, at + 8, `the value of symbol ${index}`, where),
      size: u64(view, at + 16, `the size of symbol ${index}`, where),
    };
  });
}

/** The entries of a relocation section. @throws InputError for entries of another size */
export function parseRelocations(section: ElfSection): ElfRelocation[] {
  if (section.entrySize !== REL_SIZE || section.size % REL_SIZE !== 0)
    throw new InputError(
      `${section.size} bytes of relocations of ${section.entrySize} bytes`,
      `${section.name} (section ${section.index})`,
    );
  const view = new DataView(section.data.buffer, section.data.byteOffset, section.data.byteLength);
  return Array.from({ length: section.size / REL_SIZE }, (_, i) => ({
    offset: u64(view, i * REL_SIZE, `the offset of relocation ${i}`, `${section.name} at offset ${i * REL_SIZE}`),
    symbol: view.getUint32(i * REL_SIZE + 12, true),
  }));
}
