import { InputError, Unsupported } from '../base/errors.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import { BTF_KINDS } from './btf.ts';
import type { Btf, BtfKind, BtfType } from './btf.ts';
import { BTF_RECORD_SIZE, KIND_DECL_TAG, readBtfHeader, recordSize } from './layout.ts';
import { NameIndex } from './name-index.ts';
import type { BtfParts } from './parts.ts';
import { typeName } from './print.ts';

/** A chain of typedefs and qualifiers longer than this, or arrays nested deeper, is taken for a cycle. */
const MAX_CHAIN = 64;

/** Strings may share tails; all of them decoded are at most this many times as long as their section. */
const MAX_OVERLAP = 8;

export interface BtfOptions {
  /** What to call the blob in errors, `.BTF` unless told. */
  readonly name?: string;
  /** Check every record at once instead of when it is asked for: for small blobs from untrusted objects. */
  readonly checkAll?: boolean;
}

/**
 * Parses a raw BTF blob (an object's `.BTF` or `/sys/kernel/btf/vmlinux`): one pass finds the records, each is decoded when asked for.
 * @throws InputError with section and offset when a record does not fit or is of an unknown kind
 */
export function parseBtf(bytes: Uint8Array, options: BtfOptions = {}): ParsedBtf {
  const name = options.name ?? '.BTF';
  const { typeStart, typeEnd, strStart, strEnd } = readBtfHeader(bytes, name);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const offsets = new Uint32Array(Math.floor((typeEnd - typeStart) / BTF_RECORD_SIZE) + 1);
  let count = 1;
  for (let at = typeStart; at < typeEnd; count++) {
    if (at + BTF_RECORD_SIZE > typeEnd) throw new InputError(`type ${count} is cut off`, `${name} at offset ${at}`);
    const size = recordSize(view.getUint32(at + 4, true));
    if (size < 0)
      throw new InputError(
        `type ${count} has unknown kind ${(view.getUint32(at + 4, true) >>> 24) & 31}`,
        `${name} at offset ${at}`,
      );
    if (at + size > typeEnd)
      throw new InputError(`type ${count} needs ${size} bytes and is cut off`, `${name} at offset ${at}`);
    offsets[count] = at;
    at += size;
  }
  const btf = new ParsedBtf({ bytes, offsets: offsets.slice(0, count), strStart, strEnd, name });
  if (options.checkAll === true) btf.checkAll();
  return btf;
}

/** A decoded blob. Made by `parseBtf` and `parseTrimmedBtf`. */
export class ParsedBtf implements Btf {
  readonly count: number;
  private readonly view: DataView;
  private readonly cache = new Map<number, BtfType>();
  private readonly strings = new Map<number, string>();
  /** Bytes of strings decoded so far. */
  private decoded = 0;
  private names: NameIndex | null = null;
  private tags: Map<number, { component: number; name: string }[]> | null = null;

  constructor(private readonly parts: BtfParts) {
    this.count = parts.offsets.length;
    this.view = new DataView(parts.bytes.buffer, parts.bytes.byteOffset, parts.bytes.byteLength);
  }

  get bytes(): Uint8Array {
    if (this.parts.trimmedFrom !== undefined) throw new Unsupported('a trimmed kernel BTF has no loadable blob');
    return this.parts.bytes;
  }

  /** Byte offset of the record of type `id` in the blob; 0 when it is void or absent. */
  recordOffset(id: number): number {
    return this.parts.offsets[id] ?? 0;
  }

  type(id: number): BtfType {
    const cached = this.cache.get(id);
    if (cached !== undefined) return cached;
    const type = this.decode(id);
    this.cache.set(id, type);
    return type;
  }

  find(kind: BtfKind, name: string): number {
    return this.index().find(BTF_KINDS.indexOf(kind), name);
  }

  findEssential(kind: BtfKind, name: string): readonly number[] {
    return this.index().findEssential(BTF_KINDS.indexOf(kind), name);
  }

  ids(kind: BtfKind): readonly number[] {
    const wanted = BTF_KINDS.indexOf(kind);
    const ids: number[] = [];
    this.parts.offsets.forEach((at, id) => {
      if (at !== 0 && ((this.view.getUint32(at + 4, true) >>> 24) & 31) === wanted) ids.push(id);
    });
    return ids;
  }

  skipModifiers(id: number): BtfType {
    for (let i = 0, at = id; i < MAX_CHAIN; i++) {
      const type = this.type(at);
      switch (type.kind) {
        case 'typedef':
        case 'const':
        case 'volatile':
        case 'restrict':
        case 'type_tag':
          at = type.type;
          break;
        default:
          return type;
      }
    }
    return this.fail(`type ${id} is a cycle of typedefs or qualifiers`, id);
  }

  sizeOf(id: number): number {
    let factor = 1;
    for (let i = 0, at = id; i < MAX_CHAIN; i++) {
      const type = this.skipModifiers(at);
      switch (type.kind) {
        case 'ptr':
          return factor * 8;
        case 'int':
        case 'struct':
        case 'union':
        case 'enum':
        case 'enum64':
        case 'float':
        case 'datasec':
          return factor * type.size;
        case 'array':
          factor *= type.count;
          at = type.type;
          break;
        case 'var':
          at = type.type;
          break;
        default:
          return this.fail(`type ${id} (${type.kind} '${type.name}') has no size`, id);
      }
      if (factor > 0xffffffff) return this.fail(`type ${id} is larger than 4 GiB`, id);
    }
    return this.fail(`type ${id} is a cycle of arrays`, id);
  }

  typeName(id: number): string {
    return typeName(this, id);
  }

  declTags(id: number, component: number): readonly string[] {
    if (this.tags === null) {
      this.tags = new Map();
      for (let tag = 1; tag < this.count; tag++) {
        const at = this.parts.offsets[tag]!;
        if (at === 0 || ((this.view.getUint32(at + 4, true) >>> 24) & 31) !== KIND_DECL_TAG) continue;
        const target = this.view.getUint32(at + 8, true);
        const entry = {
          component: this.view.getInt32(at + 12, true),
          name: this.string(this.view.getUint32(at, true), tag),
        };
        const list = this.tags.get(target);
        if (list === undefined) this.tags.set(target, [entry]);
        else list.push(entry);
      }
    }
    return (this.tags.get(id) ?? []).filter((tag) => tag.component === component).map((tag) => tag.name);
  }

  /** Decodes every record and follows every chain once. @throws InputError at the first that is wrong */
  checkAll(): void {
    for (let id = 1; id < this.count; id++) {
      const type = this.type(id);
      switch (type.kind) {
        case 'typedef':
        case 'const':
        case 'volatile':
        case 'restrict':
        case 'type_tag':
          this.skipModifiers(id);
          break;
        case 'array':
          this.checkArray(id);
          break;
        case 'struct':
        case 'union':
          this.checkMembers(id);
          break;
        default:
          break;
      }
    }
  }

  /** The string at an offset of the string section. @throws InputError when the offset is outside it */
  string(offset: number, id = 0): string {
    if (offset === 0) return '';
    const cached = this.strings.get(offset);
    if (cached !== undefined) return cached;
    const { bytes, strStart, strEnd, name } = this.parts;
    const start = strStart + offset;
    if (start >= strEnd)
      throw new InputError(
        `string offset ${offset} is past the end of the ${strEnd - strStart}-byte string section`,
        `${name} at offset ${this.recordOffset(id)}`,
      );
    const end = bytes.indexOf(0, start);
    this.decoded += end - start;
    if (this.decoded > MAX_OVERLAP * (strEnd - strStart) + (1 << 16))
      throw new InputError('its strings overlap too much', `${name} at offset ${start}`);
    const text = decodeUtf8(bytes, start, end);
    this.strings.set(offset, text);
    return text;
  }

  private index(): NameIndex {
    return (this.names ??= new NameIndex(this.parts));
  }

  private checkArray(id: number): void {
    let at = id;
    for (let i = 0; i < MAX_CHAIN; i++) {
      const type = this.skipModifiers(at);
      if (type.kind !== 'array') return;
      at = type.type;
    }
    this.fail(`type ${id} is a cycle of arrays`, id);
  }

  /** A struct that contains itself by value would make every walk over its members endless. */
  private checkMembers(root: number): void {
    const state = new Map<number, 'open' | 'done'>();
    const stack: { id: number; next: number }[] = [{ id: root, next: 0 }];
    state.set(root, 'open');
    if (this.checked.has(root)) return;
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const type = this.type(top.id);
      if ((type.kind !== 'struct' && type.kind !== 'union') || top.next >= type.members.length) {
        state.set(top.id, 'done');
        this.checked.add(top.id);
        stack.pop();
        continue;
      }
      let inner = this.skipModifiers(type.members[top.next++]!.type);
      for (let i = 0; inner.kind === 'array' && i < MAX_CHAIN; i++) inner = this.skipModifiers(inner.type);
      if ((inner.kind !== 'struct' && inner.kind !== 'union') || this.checked.has(inner.id)) continue;
      if (state.get(inner.id) === 'open') this.fail(`struct ${inner.id} ('${inner.name}') contains itself`, inner.id);
      state.set(inner.id, 'open');
      stack.push({ id: inner.id, next: 0 });
    }
  }
  private readonly checked = new Set<number>();

  private fail(reason: string, id: number): never {
    throw new InputError(reason, `${this.parts.name} at offset ${this.recordOffset(id)}`);
  }

  /** A type id that record `id` refers to, checked. */
  private ref(at: number, id: number): number {
    const target = this.view.getUint32(at, true);
    if (target >= this.count) this.fail(`type ${id} refers to type ${target}, the last is ${this.count - 1}`, id);
    return target;
  }

  private decode(id: number): BtfType {
    if (!Number.isInteger(id) || id < 0 || id >= this.count)
      throw new InputError(`there is no type ${id}, the last is ${this.count - 1}`, this.parts.name);
    if (id === 0) return { id: 0, name: '', kind: 'void' };
    const { view } = this;
    const at = this.parts.offsets[id]!;
    if (at === 0)
      throw new Unsupported(
        `type ${id} of Linux ${this.parts.trimmedFrom} is not in the shipped BTF (give the kernel's own)`,
      );
    const name = this.string(view.getUint32(at, true), id);
    const info = view.getUint32(at + 4, true);
    const vlen = info & 0xffff;
    const kind = BTF_KINDS[(info >>> 24) & 31]!;
    const kindFlag = info >>> 31 === 1;
    const size = view.getUint32(at + 8, true);
    const tail = at + BTF_RECORD_SIZE;
    switch (kind) {
      case 'int': {
        const word = view.getUint32(tail, true);
        const encoding = (word >>> 24) & 15;
        return {
          id,
          name,
          kind,
          size,
          bits: word & 0xff,
          bitOffset: (word >>> 16) & 0xff,
          signed: (encoding & 1) !== 0,
          char: (encoding & 2) !== 0,
          bool: (encoding & 4) !== 0,
        };
      }
      case 'ptr':
      case 'typedef':
      case 'volatile':
      case 'const':
      case 'restrict':
        return { id, name, kind, type: this.ref(at + 8, id) };
      case 'type_tag':
        return { id, name, kind, type: this.ref(at + 8, id), kindFlag };
      case 'array':
        return {
          id,
          name,
          kind,
          type: this.ref(tail, id),
          index: this.ref(tail + 4, id),
          count: view.getUint32(tail + 8, true),
        };
      case 'struct':
      case 'union': {
        const { trimmedFrom } = this.parts;
        if (trimmedFrom !== undefined && (info & TRIMMED_MEMBERS) !== 0)
          return {
            id,
            name,
            kind,
            size,
            kindFlag,
            get members(): never {
              throw new Unsupported(
                `the members of ${kind} ${name} of Linux ${trimmedFrom} are not in the shipped BTF (give the kernel's own)`,
              );
            },
          };
        return {
          id,
          name,
          kind,
          size,
          kindFlag,
          members: Array.from({ length: vlen }, (_, i) => {
            const member = tail + 12 * i;
            const offset = view.getUint32(member + 8, true);
            return {
              name: this.string(view.getUint32(member, true), id),
              type: this.ref(member + 4, id),
              bitOffset: kindFlag ? offset & 0xffffff : offset,
              bitSize: kindFlag ? offset >>> 24 : 0,
            };
          }),
        };
      }
      case 'enum':
        return {
          id,
          name,
          kind,
          size,
          signed: kindFlag,
          values: Array.from({ length: vlen }, (_, i) => ({
            name: this.string(view.getUint32(tail + 8 * i, true), id),
            value: BigInt(kindFlag ? view.getInt32(tail + 8 * i + 4, true) : view.getUint32(tail + 8 * i + 4, true)),
          })),
        };
      case 'enum64':
        return {
          id,
          name,
          kind,
          size,
          signed: kindFlag,
          values: Array.from({ length: vlen }, (_, i) => ({
            name: this.string(view.getUint32(tail + 12 * i, true), id),
            value: kindFlag ? view.getBigInt64(tail + 12 * i + 4, true) : view.getBigUint64(tail + 12 * i + 4, true),
          })),
        };
      case 'fwd':
        return { id, name, kind, union: kindFlag };
      case 'func':
        return { id, name, kind, type: this.ref(at + 8, id), linkage: vlen };
      case 'func_proto':
        return {
          id,
          name,
          kind,
          ret: this.ref(at + 8, id),
          params: Array.from({ length: vlen }, (_, i) => ({
            name: this.string(view.getUint32(tail + 8 * i, true), id),
            type: this.ref(tail + 8 * i + 4, id),
          })),
        };
      case 'var':
        return { id, name, kind, type: this.ref(at + 8, id), linkage: view.getUint32(tail, true) };
      case 'datasec':
        return {
          id,
          name,
          kind,
          size,
          vars: Array.from({ length: vlen }, (_, i) => ({
            type: this.ref(tail + 12 * i, id),
            offset: view.getUint32(tail + 12 * i + 4, true),
            size: view.getUint32(tail + 12 * i + 8, true),
          })),
        };
      case 'float':
        return { id, name, kind, size };
      case 'decl_tag':
        return { id, name, kind, type: this.ref(at + 8, id), component: view.getInt32(tail, true), kindFlag };
      case 'void':
        return this.fail(`type ${id} has kind 0`, id);
    }
  }
}

/**
 * Bit 16 of `info`, unused by the format: in a trimmed BTF, the struct's members were left out.
 * Kept here beside the decoder, set by the writer of trimmed BTF only.
 */
export const TRIMMED_MEMBERS = 1 << 16;
