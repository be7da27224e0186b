import { EINVAL } from '../../base/errno.ts';
import { Unsupported } from '../../base/errors.ts';
import { BTF_KINDS } from '../../btf/btf.ts';
import type { Btf, BtfMember, BtfType } from '../../btf/btf.ts';
import { ShownObject } from './btf-show-object.ts';
import { hiddenPointer } from './pointer-hash.ts';

/** BTF_F_*: all on one line; without names and types; pointers as they are; also what is zero. */
export const SHOW_FLAGS = { compact: 1, noName: 2, rawPointers: 4, zero: 8 } as const;

export interface ShowInput {
  readonly btf: Btf;
  /** Sum of `SHOW_FLAGS`. */
  readonly flags: number;
  readonly type: number;
  readonly address: bigint;
  /** A byte of the simulated machine's memory. @throws Unsupported where the machine has none */
  readonly byteAt: (address: bigint) => number;
  /** Whether a kernel would read there at all: 0, or a negative errno. */
  readonly readable: (address: bigint, length: number) => number;
  /** Takes the text piece by piece, a character a byte. */
  readonly write: (piece: string) => void;
}

/** Levels of pointers, arrays and typedefs that a type's name is followed through. */
const NAME_LEVELS = 10;
/** Bytes of a member's name with its type, without the end. */
const NAME_LENGTH = 79;
const DEEPEST_INDENT = 32;

/**
 * Writes what lies at an address as text, by its BTF type, as `bpf_seq_printf_btf` and `bpf_snprintf_btf` do. Gives 0, or the negative errno of
 * the last reading that failed.
 *
 * What is zero is left out unless asked for, so whatever has members is gone through twice: first without writing, to see whether anything in it
 * is not zero. The words in front of a value come from what is at hand at that moment, `member`, `inArray` and `typeId`, which nobody puts back: so
 * names are missing of the members of a structure in an array, and are back behind an array in it.
 */
export function showType(input: ShowInput): number {
  const show = new Show(input);
  show.value(input.type, input.address, 0);
  return show.object.status;
}

class Show {
  readonly object: ShownObject;
  private depth = 0;
  /** While looking whether anything is to be shown: one more than the depth where that began; 0 otherwise. */
  private lookingFrom = 0;
  private deepestShown = 0;
  private member: BtfMember | null = null;
  private inArray = false;
  /** Elements of the array at hand are characters; its text has ended. */
  private characters = false;
  private ended = false;
  private type: BtfType | null = null;
  private typeId = 0;

  constructor(private readonly input: ShowInput) {
    this.object = new ShownObject(input);
  }

  /** Shows a value of any type. `bit` is where it begins in its first byte. */
  value(id: number, address: bigint, bit: number): void {
    const { btf } = this.input;
    const type = btf.skipModifiers(id);
    switch (type.kind) {
      case 'int':
        return this.integer(type, id, address, bit);
      case 'ptr':
        return this.pointer(type, id, address);
      case 'enum':
      case 'enum64':
        return this.enumerator(type, id, address);
      case 'array':
      case 'struct':
      case 'union':
        return this.aggregate(type, id, address, bit);
      case 'var':
      case 'void':
        throw new Unsupported(`showing a ${type.kind} as text: Linux 6.18 follows a null pointer there`);
      case 'datasec':
        this.object.status = EINVAL;
        return;
      default:
        this.write(`<unsupported kind:${BTF_KINDS.indexOf(type.kind)}>`);
    }
  }

  private get compact(): boolean {
    return this.has(SHOW_FLAGS.compact);
  }

  private has(flag: number): boolean {
    return (this.input.flags & flag) !== 0;
  }

  private write(piece: string): void {
    if (this.lookingFrom === 0) this.input.write(piece);
  }

  private get indent(): string {
    return this.compact ? '' : ' '.repeat(Math.min(this.depth, DEEPEST_INDENT));
  }

  private get newline(): string {
    return this.compact ? '' : '\n';
  }

  private get delimiter(): string {
    if (this.depth === 0) return '';
    return this.compact && this.type?.kind === 'union' ? '|' : ',';
  }

  /** What comes in front of a value: `.member = (type)`, and the bracket that opens. */
  private get title(): string {
    if (this.inArray) return '';
    const { btf } = this.input;
    const member = this.member?.name ?? '';
    const named = nameOf(btf, this.member?.type ?? this.typeId);
    if (named === null) return '';
    if (this.has(SHOW_FLAGS.noName)) return named.bracket;
    return `${member === '' ? '' : `.${member} = `}(${named.name})${named.bracket}`.slice(0, NAME_LENGTH);
  }

  /** Begins with a value; its place in what was copied of the object, or null where it cannot be read. */
  private begin(type: BtfType, id: number, address: bigint): boolean {
    this.type = type;
    this.typeId = id;
    return this.object.reach(type, address, this.depth === 0);
  }

  private end(): void {
    this.type = null;
    this.typeId = 0;
  }

  /** A value's text: left out where it is zero, but for the outermost. */
  private text(value: string, zero = false): void {
    if (zero && !this.has(SHOW_FLAGS.zero) && this.depth !== 0) return;
    this.write(`${this.indent}${this.title}${value}${this.delimiter}${this.newline}`);
    this.deepestShown = Math.max(this.deepestShown, this.depth);
  }

  private integer(type: BtfType & { kind: 'int' }, id: number, address: bigint, bit: number): void {
    if (!this.begin(type, id, address)) return;
    const { bits, signed, bitOffset } = type;
    const plain = bit === 0 && bitOffset === 0 && [8, 16, 32, 64].includes(bits);
    if (!plain) this.bits(address, bit + bitOffset, bits);
    else if (bits !== 8 || !this.character(address)) {
      const word = this.object.word(address, bits / 8);
      this.text((signed ? BigInt.asIntN(bits, word) : word).toString(), word === 0n);
    }
    this.end();
  }

  /** An element of an array of characters; false for one that is shown as a number. */
  private character(address: bigint): boolean {
    if (!this.characters) return false;
    if (this.ended) return true;
    const byte = Number(this.object.word(address, 1));
    this.ended = byte === 0;
    if (byte === 0) return true;
    // The kernel prints what Latin-1 prints.
    if (byte < 0x20 || (byte > 0x7e && byte < 0xa0)) return false;
    this.text(`'${String.fromCharCode(byte)}'`);
    return true;
  }

  /** A number of any width that begins anywhere in a byte. */
  private bits(address: bigint, bit: number, width: number): void {
    const from = address + BigInt(bit >> 3);
    const shift = bit & 7;
    const word = this.object.word(from, (width + shift + 7) >> 3);
    const value = (word >> BigInt(shift)) & ((1n << BigInt(width)) - 1n);
    this.text(`0x${value.toString(16)}`, value === 0n);
  }

  private pointer(type: BtfType, id: number, address: bigint): void {
    if (!this.begin(type, id, address)) return;
    const word = this.object.word(address, 8);
    const shown = this.has(SHOW_FLAGS.rawPointers) ? word : hiddenPointer(word);
    this.text(`0x${shown.toString(16).padStart(16, '0')}`, word === 0n);
    this.end();
  }

  /** The first name that has the number. One of fewer than four bytes is read with what follows it, as the kernel does. */
  private enumerator(type: BtfType & { kind: 'enum' | 'enum64' }, id: number, address: bigint): void {
    if (!this.begin(type, id, address)) return;
    const bits = type.kind === 'enum' ? 32 : 64;
    const word = this.object.word(address, bits / 8);
    const found = type.values.find(({ value }) => BigInt.asUintN(bits, value) === word);
    if (found !== undefined) this.text(found.name);
    else this.text((type.signed ? BigInt.asIntN(bits, word) : word).toString(), word === 0n);
    this.end();
  }

  private aggregate(
    type: BtfType & { kind: 'array' | 'struct' | 'union' },
    id: number,
    address: bigint,
    bit: number,
  ): void {
    const { member } = this;
    const all = (): void => {
      if (type.kind === 'array') this.elements(type, id, address, bit);
      else this.members(type, id, address);
    };
    if (this.depth > 0 && !this.has(SHOW_FLAGS.zero)) {
      if (this.lookingFrom === 0) {
        this.lookingFrom = this.depth + 1;
        this.deepestShown = 0;
      }
      all();
      this.member = member;
      if (this.lookingFrom !== this.depth + 1) return;
      this.lookingFrom = 0;
      if (this.deepestShown <= this.depth) return;
    }
    all();
  }

  private open(type: BtfType, id: number, address: bigint): boolean {
    if (!this.begin(type, id, address)) return false;
    this.write(`${this.indent}${this.title}${this.newline}`);
    this.depth++;
    return true;
  }

  private close(bracket: string): void {
    this.depth--;
    this.write(`${this.indent}${bracket}${this.delimiter}${this.newline}`);
    this.end();
  }

  private elements(type: BtfType & { kind: 'array' }, id: number, address: bigint, bit: number): void {
    const { btf } = this.input;
    const element = btf.skipModifiers(type.type);
    // Pointers and arrays do not tell their size here: the kernel shows the first of them again and again.
    const step = 'size' in element ? element.size : 0;
    this.characters = element.kind === 'int' && element.size === 1;
    this.ended = false;
    if (!this.open(type, id, address)) return;
    for (let i = 0; i < type.count; i++) {
      this.inArray = true;
      this.member = null;
      this.value(type.type, address + BigInt(i * step), bit);
      this.inArray = false;
      this.member = null;
      if (this.ended) break;
    }
    this.characters = false;
    this.ended = false;
    this.close(']');
  }

  private members(type: BtfType & { kind: 'struct' | 'union' }, id: number, address: bigint): void {
    if (!this.open(type, id, address)) return;
    for (const member of type.members) {
      this.member = member;
      const from = address + BigInt(member.bitOffset >> 3);
      const bit = member.bitOffset & 7;
      if (member.bitSize === 0) this.value(member.type, from, bit);
      else {
        if (this.begin(this.input.btf.type(member.type), member.type, from)) this.bits(from, bit, member.bitSize);
        this.end();
      }
      this.member = null;
    }
    this.close('}');
  }
}

/** The words for a type, and the bracket that opens its value; null for one that has too many levels. */
function nameOf(btf: Btf, id: number): { readonly name: string; readonly bracket: string } | null {
  let type = btf.type(id);
  let name: string | null = null;
  let stars = '';
  let squares = '';
  for (let level = 0; ; level++) {
    if (level === NAME_LEVELS) return null;
    if (type.kind === 'typedef') name ??= type.name;
    else if (type.kind === 'array') squares += '[]';
    else if (type.kind === 'ptr') stars += '*';
    else break;
    // A pointer to nothing.
    if (type.type === 0) break;
    type = withoutQualifiers(btf, type.type);
  }
  const isTypedef = name !== null;
  const shown = name ?? type.name;
  const kind = type.kind === 'enum64' ? 'enum' : type.kind;
  const word = isTypedef || !['struct', 'union', 'enum'].includes(kind) ? '' : kind;
  const holds = type.kind === 'struct' || type.kind === 'union';
  const bracket = stars !== '' ? '' : squares !== '' ? '[' : holds ? '{' : '';
  return {
    name: `${word}${word !== '' && shown !== '' ? ' ' : ''}${shown}${stars === '' ? '' : ` ${stars}`}${squares}`,
    bracket,
  };
}

function withoutQualifiers(btf: Btf, id: number): BtfType {
  let type = btf.type(id);
  while (type.kind === 'const' || type.kind === 'volatile' || type.kind === 'restrict' || type.kind === 'type_tag')
    type = btf.type(type.type);
  return type;
}
