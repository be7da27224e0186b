import { decodeUtf8 } from '../base/utf8.ts';
import type { BtfParts } from './parse.ts';

/** The name without its `___flavour` suffix (three underscores between other characters), as CO-RE compares names. */
export function essentialName(name: string): string {
  for (let i = name.length - 5; i >= 0; i--)
    if (name.startsWith('___', i + 1) && name[i] !== '_' && name[i + 4] !== '_') return name.slice(0, i + 1);
  return name;
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
  /** Hash of each name offset's string, memoised while building: the kernel's strings are shared by many types. */

  constructor(private readonly parts: BtfParts) {
    const { bytes, offsets } = parts;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let buckets = 16;
    while (buckets < offsets.length) buckets *= 2;
    this.mask = buckets - 1;
    this.head = new Int32Array(buckets);
    this.next = new Int32Array(offsets.length);
    for (let id = offsets.length - 1; id > 0; id--) {
      const at = offsets[id]!;
      if (at === 0) continue;
      const nameOffset = this.view.getUint32(at, true);
      if (nameOffset === 0 || parts.strStart + nameOffset >= parts.strEnd) continue;
      const start = parts.strStart + nameOffset;
      const bucket = this.hash(bytes, start, essentialEnd(bytes, start)) & this.mask;
      this.next[id] = this.head[bucket]!;
      this.head[bucket] = id;
    }
  }

  /** First id of that kind with exactly that name, or 0. */
  find(kind: number, name: string): number {
    for (let id = this.first(essentialName(name)); id !== 0; id = this.next[id]!) {
      const at = this.parts.offsets[id]!;
      if (((this.view.getUint32(at + 4, true) >>> 24) & 31) === kind && this.nameOf(at) === name) return id;
    }
    return 0;
  }

  findEssential(name: string): number[] {
    const ids: number[] = [];
    for (let id = this.first(name); id !== 0; id = this.next[id]!)
      if (essentialName(this.nameOf(this.parts.offsets[id]!)) === name) ids.push(id);
    return ids;
  }

  private first(name: string): number {
    let hash = 0x811c9dc5;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ (name.charCodeAt(i) & 0xff), 0x01000193);
    return this.head[hash & this.mask]!;
  }

  private hash(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    return hash;
  }

  private nameOf(at: number): string {
    const start = this.parts.strStart + this.view.getUint32(at, true);
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
