import { fnv1a } from '../base/hash.ts';
import { InputError, Unsupported } from '../base/errors.ts';
import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import { BTF_KINDS } from './btf.ts';
import { KIND_ENUM, KIND_ENUM64 } from './layout.ts';
import type { BtfParts } from './parts.ts';

/** The name without its `___flavour` suffix (three underscores between other characters), as CO-RE compares names. */
export function essentialName(name: string): string {
  for (let i = name.length - 5; i >= 0; i--)
    if (name.startsWith('___', i + 1) && name[i] !== '_' && name[i + 4] !== '_') return name.slice(0, i + 1);
  return name;
}

/** Kinds whose names are looked up together. */
function family(kind: number): number {
  return kind === KIND_ENUM64 ? KIND_ENUM : kind;
}

/** 24 bits that stand for a name of a kind in a trimmed BTF's list of what was left out. */
export function nameKey(kind: number, name: string): number {
  const bytes = encodeUtf8(essentialName(name));
  return (Math.imul(fnv1a(bytes) ^ family(kind), 0x9e3779b1) >>> 8) & 0xffffff;
}

/**
 * Ids by name, built once from the records' bytes without decoding them: chains of ids per hash bucket, in ascending order.
 *
 *     head[bucket] -> id -> next[id] -> ... -> 0
 */
export class NameIndex {
  private readonly head: Int32Array;
  private readonly next: Int32Array;
  private readonly mask: number;
  private readonly view: DataView;

  constructor(private readonly parts: BtfParts) {
    const { bytes, offsets } = parts;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let buckets = 16;
    while (buckets < offsets.length) buckets *= 2;
    this.mask = buckets - 1;
    this.head = new Int32Array(buckets);
    this.next = new Int32Array(offsets.length);
    // Many types may share a name, but not so many long ones that lie inside each other.
    let budget = 64 * (parts.strEnd - parts.strStart) + (1 << 20);
    for (let id = offsets.length - 1; id > 0; id--) {
      const at = offsets[id]!;
      if (at === 0) continue;
      const nameOffset = this.view.getUint32(at, true);
      if (nameOffset === 0 || parts.strStart + nameOffset >= parts.strEnd) continue;
      const start = parts.strStart + nameOffset;
      const end = essentialEnd(bytes, start);
      budget -= end - start;
      if (budget < 0) throw new InputError('its names overlap too much', `${parts.name} at offset ${start}`);
      const bucket = fnv1a(bytes, start, end) & this.mask;
      this.next[id] = this.head[bucket]!;
      this.head[bucket] = id;
    }
  }

  /** First id of that kind with exactly that name, or 0. @throws Unsupported when a trimmed BTF left it out */
  find(kind: number, name: string): number {
    for (let id = this.first(essentialName(name)); id !== 0; id = this.next[id]!)
      if (this.kindOf(id) === kind && this.nameOf(id) === name) return id;
    this.checkLeftOut(kind, name);
    return 0;
  }

  /** Every id of that family of kinds with that essential name. @throws Unsupported when a trimmed BTF left some out */
  findEssential(kind: number, name: string): number[] {
    const ids: number[] = [];
    for (let id = this.first(name); id !== 0; id = this.next[id]!)
      if (family(this.kindOf(id)) === family(kind) && essentialName(this.nameOf(id)) === name) ids.push(id);
    if (ids.length === 0) this.checkLeftOut(kind, name);
    return ids;
  }

  private checkLeftOut(kind: number, name: string): void {
    const { leftOut, trimmedFrom } = this.parts;
    if (leftOut === undefined) return;
    const key = nameKey(kind, name);
    let low = 0;
    let high = leftOut.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (leftOut[middle]! < key) low = middle + 1;
      else high = middle;
    }
    if (leftOut[low] === key)
      throw new Unsupported(
        `${BTF_KINDS[kind]} ${name} of Linux ${trimmedFrom} is not in the shipped BTF (give the kernel's own)`,
      );
  }

  private first(name: string): number {
    const bytes = encodeUtf8(name);
    return this.head[fnv1a(bytes) & this.mask]!;
  }

  private kindOf(id: number): number {
    return (this.view.getUint32(this.parts.offsets[id]! + 4, true) >>> 24) & 31;
  }

  private nameOf(id: number): string {
    const start = this.parts.strStart + this.view.getUint32(this.parts.offsets[id]!, true);
    return decodeUtf8(this.parts.bytes, start, this.parts.bytes.indexOf(0, start));
  }
}

const UNDERSCORE = 0x5f;

/** Byte index at which the essential name of the string at `start` ends. */
function essentialEnd(bytes: Uint8Array, start: number): number {
  let end = start;
  let run = 0;
  let cut = -1;
  for (; bytes[end] !== 0; end++) {
    if (bytes[end] === UNDERSCORE) run++;
    else {
      if (run === 3 && end - 3 > start) cut = end - 3;
      run = 0;
    }
  }
  return cut >= 0 ? cut : end;
}
