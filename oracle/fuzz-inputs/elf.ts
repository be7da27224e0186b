import type { Dice } from '../../core/base/dice.ts';
import type { Region, Spoilt } from './bytes.ts';
import { HUGE, spoilBytes } from './bytes.ts';

/** A field of a structure: where it is, and how many bytes it has. */
interface Field {
  readonly what: string;
  readonly at: number;
  readonly size: 1 | 2 | 4 | 8;
}

interface Section {
  readonly name: string;
  readonly type: number;
  readonly at: number;
  readonly size: number;
}

const SHT_SYMTAB = 2;
const SHT_STRTAB = 3;
const SHT_NOBITS = 8;
const SHT_REL = 9;

/** The sections of a sound ELF64 object, in order. */
function sectionsOf(bytes: Uint8Array): Section[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const table = Number(view.getBigUint64(0x28, true));
  const count = view.getUint16(0x3c, true);
  const header = (i: number): number => table + i * 64;
  const names = Number(view.getBigUint64(header(view.getUint16(0x3e, true)) + 24, true));
  return Array.from({ length: count }, (_, i) => {
    const at = header(i);
    const start = names + view.getUint32(at, true);
    return {
      name: Buffer.from(bytes.subarray(start, bytes.indexOf(0, start))).toString('latin1'),
      type: view.getUint32(at + 4, true),
      at: Number(view.getBigUint64(at + 24, true)),
      size: Number(view.getBigUint64(at + 32, true)),
    };
  });
}

/** Places of an object where a change means something: its header, its section headers, and the sections that describe others. */
export function regionsOf(bytes: Uint8Array): Region[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const table = Number(view.getBigUint64(0x28, true));
  const count = view.getUint16(0x3c, true);
  const sections = sectionsOf(bytes).map(({ type, at, size }, i): Region => [
    `section ${i}`,
    at,
    type === SHT_NOBITS ? at : at + size,
  ]);
  const all: Region[] = [['header', 0, 64], ['section headers', table, table + count * 64], ...sections];
  return all.filter(([, start, end]) => end > start);
}

const HEADER: readonly (readonly [string, number, Field['size']])[] = [
  ['class', 4, 1],
  ['byte order', 5, 1],
  ['version', 6, 1],
  ['type', 16, 2],
  ['machine', 18, 2],
  ['section table', 40, 8],
  ['header size', 52, 2],
  ['section header size', 58, 2],
  ['number of sections', 60, 2],
  ['section of names', 62, 2],
];
const SECTION: readonly (readonly [string, number, Field['size']])[] = [
  ['name', 0, 4],
  ['type', 4, 4],
  ['flags', 8, 8],
  ['offset', 24, 8],
  ['size', 32, 8],
  ['link', 40, 4],
  ['info', 44, 4],
  ['alignment', 48, 8],
  ['entry size', 56, 8],
];
const SYMBOL: readonly (readonly [string, number, Field['size']])[] = [
  ['name', 0, 4],
  ['info', 4, 1],
  ['other', 5, 1],
  ['section', 6, 2],
  ['value', 8, 8],
  ['size', 16, 8],
];
const RELOCATION: readonly (readonly [string, number, Field['size']])[] = [
  ['offset', 0, 8],
  ['type', 8, 4],
  ['symbol', 12, 4],
];
const INSN: readonly (readonly [string, number, Field['size']])[] = [
  ['opcode', 0, 1],
  ['registers', 1, 1],
  ['offset', 2, 2],
  ['immediate', 4, 4],
];
const BTF_HEADER: readonly (readonly [string, number, Field['size']])[] = [
  ['magic', 0, 2],
  ['version', 2, 1],
  ['header length', 4, 4],
  ['type offset', 8, 4],
  ['type length', 12, 4],
  ['string offset', 16, 4],
  ['string length', 20, 4],
];

function row(
  what: string,
  base: number,
  width: number,
  length: number,
  fields: readonly (readonly [string, number, Field['size']])[],
  dice: Dice,
): Field {
  const n = dice.below(Math.max(1, Math.floor(length / width)));
  const [name, at, size] = dice.of(fields);
  return { what: `${what} ${n}, ${name}`, at: base + n * width + at, size };
}

/** Some field of some structure of the object. */
function someField(bytes: Uint8Array, dice: Dice): Field {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sections = sectionsOf(bytes);
  const which = dice.below(10);
  if (which === 0) return row('header', 0, 64, 64, HEADER, dice);
  const table = Number(view.getBigUint64(0x28, true));
  if (which <= 2) return row('section', table, 64, sections.length * 64, SECTION, dice);
  const one = dice.of(sections.filter(({ size, type }) => size > 0 && type !== SHT_NOBITS));
  if (one.type === SHT_SYMTAB) return row('symbol', one.at, 24, one.size, SYMBOL, dice);
  if (one.type === SHT_REL) return row(`relocation of ${one.name}`, one.at, 16, one.size, RELOCATION, dice);
  if (one.name.startsWith('.BTF')) {
    if (dice.chance(25)) return row(one.name, one.at, 24, 24, BTF_HEADER, dice);
    // Types are rows of words of different lengths: a word anywhere after the header is a field of one.
    const size = dice.of([4, 4, 2, 1] as const);
    const at = one.at + 24 + (dice.below(Math.max(1, one.size - 24)) & ~(size - 1));
    return { what: `${one.name} at ${at - one.at}`, at, size };
  }
  if (one.type === SHT_STRTAB) return { what: `names at ${one.at}`, at: one.at + dice.below(one.size), size: 1 };
  return row(`${one.name}, instruction`, one.at, 8, one.size, INSN, dice);
}

function change(bytes: Uint8Array, { what, at, size }: Field, dice: Dice): string {
  if (at + size > bytes.length) return `${what} lies outside`;
  const view = new DataView(bytes.buffer);
  const small = [0, 1, 2, 3, 7, 8, 16, 24, 0xff, bytes.length, bytes.length - 1];
  const value = dice.chance(50) ? dice.of(small) : dice.chance(60) ? dice.of(HUGE) : dice.next();
  if (size === 1) bytes[at] = value;
  else if (size === 2) view.setUint16(at, value & 0xffff, true);
  else if (size === 4) view.setUint32(at, value, true);
  else {
    const wide = dice.chance(30) ? 0xffff_ffff_0000_0000n : 0n;
    view.setBigUint64(at, BigInt(value >>> 0) | wide, true);
  }
  return `${what} is ${value}`;
}

/** An object spoilt in its structure, or anywhere. */
export function spoilObject(original: Uint8Array, name: string, dice: Dice): Spoilt {
  if (dice.chance(25)) return { name, ...spoilBytes(original, regionsOf(original), dice) };
  const bytes = original.slice();
  const changes: string[] = [];
  for (let i = 0; i <= dice.below(3); i++) changes.push(change(bytes, someField(original, dice), dice));
  if (dice.chance(5)) {
    const more = new Uint8Array(bytes.length + dice.below(4096));
    more.set(bytes);
    return { name, bytes: more, what: `${changes.join('; ')}; longer by ${more.length - bytes.length} bytes` };
  }
  return { name, bytes, what: changes.join('; ') };
}
