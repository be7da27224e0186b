import { unzlibSync, zlibSync } from 'fflate';
import { InputError } from '../base/errors.ts';
import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import { BTF_KINDS } from './btf.ts';
import type { Btf } from './btf.ts';
import { BTF_RECORD_SIZE, recordSize } from './layout.ts';
import { nameKey } from './name-index.ts';
import { ParsedBtf, TRIMMED_MEMBERS } from './parse.ts';

/**
 * A kernel's BTF with most types left out and the ids of the rest unchanged, so that a log made with it shows that kernel's ids.
 * zlib-compressed; inside, numbers being LEB128 unless said otherwise:
 *
 *     "IBTF1" | release length, bytes | type count of the original
 *     n, n id deltas                     ids of the records that follow
 *     m, m key deltas                    nameKey()s of named types left out
 *     records' size, string size (u32, little-endian), records, strings
 *
 * Records are those of BTF, in order of id, with their strings renumbered. A struct or union whose members were left out has vlen 0
 * and bit TRIMMED_MEMBERS of its info word set.
 */
const MAGIC = 'IBTF1';

/** Parses a trimmed BTF. What was left out throws `Unsupported` when it is asked for. @throws InputError when it is damaged */
export function parseTrimmedBtf(compressed: Uint8Array, name = 'trimmed BTF'): Btf {
  let bytes: Uint8Array;
  try {
    bytes = unzlibSync(compressed);
  } catch {
    throw new InputError('it cannot be decompressed', name);
  }
  let at = 0;
  const fail = (reason: string): never => {
    throw new InputError(reason, `${name} at offset ${at}`);
  };
  const number = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 2 ** 28) return fail('it is cut off');
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  if (decodeUtf8(bytes, 0, MAGIC.length) !== MAGIC) fail('it is no trimmed BTF');
  at = MAGIC.length;
  const releaseSize = number();
  const trimmedFrom = decodeUtf8(bytes, at, at + releaseSize);
  at += releaseSize;
  const count = number();
  if (count > 1 << 22) fail(`it claims ${count} types`);
  const offsets = new Uint32Array(count);
  const included = number();
  if (included > count) fail(`it claims ${included} types of ${count}`);
  const ids = new Uint32Array(included);
  for (let i = 0, id = 0; i < included; i++) ids[i] = id += number();
  const leftOutCount = number();
  if (leftOutCount > bytes.length) fail(`it claims ${leftOutCount} names`);
  const leftOut = new Uint32Array(leftOutCount);
  for (let i = 0, key = 0; i < leftOut.length; i++) leftOut[i] = key += number();
  if (at + 8 > bytes.length) fail('it is cut off');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const recordsEnd = at + 8 + view.getUint32(at, true);
  const strEnd = recordsEnd + view.getUint32(at + 4, true);
  at += 8;
  if (strEnd > bytes.length || bytes[strEnd - 1] !== 0) fail('it is cut off');
  for (const id of ids) {
    const size = at + BTF_RECORD_SIZE <= recordsEnd ? recordSize(view.getUint32(at + 4, true)) : -1;
    if (size < 0 || at + size > recordsEnd || id >= count) fail(`type ${id} is damaged`);
    offsets[id] = at;
    at += size;
  }
  return new ParsedBtf({ bytes, offsets, strStart: recordsEnd, strEnd, name, trimmedFrom, leftOut });
}

/** Offsets of the string references in a record's tail, by kind name. */
function nameOffsets(kind: string, vlen: number): number[] {
  const stride =
    kind === 'struct' || kind === 'union' || kind === 'enum64' ? 12 : kind === 'enum' || kind === 'func_proto' ? 8 : 0;
  return stride === 0 ? [] : Array.from({ length: vlen }, (_, i) => BTF_RECORD_SIZE + i * stride);
}

/**
 * Writes a trimmed BTF.
 * @param whole ids to keep as they are; everything they refer to must be in `whole` or `stubs`
 * @param stubs ids of structs and unions to keep without their members
 */
export function writeTrimmedBtf(
  btf: ParsedBtf,
  whole: ReadonlySet<number>,
  stubs: ReadonlySet<number>,
  release: string,
): Uint8Array {
  const ids = [...new Set([...whole, ...stubs])].sort((a, b) => a - b);
  const source = new DataView(btf.bytes.buffer, btf.bytes.byteOffset, btf.bytes.byteLength);
  const strings = new Map<string, number>([['', 0]]);
  const stringBytes: number[] = [0];
  const intern = (text: string): number => {
    const known = strings.get(text);
    if (known !== undefined) return known;
    const offset = stringBytes.length;
    stringBytes.push(...encodeUtf8(text), 0);
    strings.set(text, offset);
    return offset;
  };
  const records: Uint8Array[] = [];
  for (const id of ids) {
    const at = btf.recordOffset(id);
    const info = source.getUint32(at + 4, true);
    const stub = !whole.has(id);
    const record = btf.bytes.slice(at, at + (stub ? BTF_RECORD_SIZE : recordSize(info)));
    const view = new DataView(record.buffer);
    view.setUint32(0, intern(btf.type(id).name), true);
    if (stub) view.setUint32(4, ((info & ~0xffff) | TRIMMED_MEMBERS) >>> 0, true);
    else
      for (const p of nameOffsets(btf.type(id).kind, info & 0xffff))
        view.setUint32(p, intern(btf.string(view.getUint32(p, true), id)), true);
    records.push(record);
  }
  const keys = new Set<number>();
  const kept = new Set(ids);
  for (let id = 1; id < btf.count; id++) {
    if (kept.has(id)) continue;
    const { kind, name } = btf.type(id);
    if (name !== '' && kind !== 'decl_tag' && kind !== 'type_tag') keys.add(nameKey(BTF_KINDS.indexOf(kind), name));
  }
  const head: number[] = [...encodeUtf8(MAGIC)];
  const number = (value: number): void => {
    for (; value > 127; value = Math.floor(value / 128)) head.push((value & 127) | 128);
    head.push(value);
  };
  const deltas = (values: readonly number[]): void => {
    number(values.length);
    values.forEach((value, i) => number(value - (i === 0 ? 0 : values[i - 1]!)));
  };
  const releaseBytes = encodeUtf8(release);
  number(releaseBytes.length);
  head.push(...releaseBytes);
  number(btf.count);
  deltas(ids);
  deltas([...keys].sort((a, b) => a - b));
  const recordSizeTotal = records.reduce((sum, record) => sum + record.length, 0);
  const out = new Uint8Array(head.length + 8 + recordSizeTotal + stringBytes.length);
  out.set(head);
  const view = new DataView(out.buffer);
  view.setUint32(head.length, recordSizeTotal, true);
  view.setUint32(head.length + 4, stringBytes.length, true);
  let at = head.length + 8;
  for (const record of records) {
    out.set(record, at);
    at += record.length;
  }
  out.set(stringBytes, at);
  return zlibSync(out, { level: 9 });
}
