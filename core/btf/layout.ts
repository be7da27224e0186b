import { InputError } from '../base/errors.ts';

/**
 * Documentation/bpf/btf.rst. A type record is
 *
 *     u32 name_off | u32 info | u32 size_or_type | kind-specific tail
 *     info: bits 0..15 vlen, 24..28 kind, 31 kind_flag
 */
export const BTF_MAGIC = 0xeb9f;
export const BTF_HEADER_SIZE = 24;
export const BTF_RECORD_SIZE = 12;

export const KIND_INT = 1;
export const KIND_PTR = 2;
export const KIND_ARRAY = 3;
export const KIND_STRUCT = 4;
export const KIND_UNION = 5;
export const KIND_ENUM = 6;
export const KIND_FWD = 7;
export const KIND_TYPEDEF = 8;
export const KIND_VOLATILE = 9;
export const KIND_CONST = 10;
export const KIND_RESTRICT = 11;
export const KIND_FUNC = 12;
export const KIND_FUNC_PROTO = 13;
export const KIND_VAR = 14;
export const KIND_DATASEC = 15;
export const KIND_FLOAT = 16;
export const KIND_DECL_TAG = 17;
export const KIND_TYPE_TAG = 18;
export const KIND_ENUM64 = 19;

/** Bytes of a record's tail that do not depend on vlen, by kind. */
const FIXED_TAIL: readonly number[] = [0, 4, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 4, 0, 0];
/** Bytes of a record's tail for each of its vlen elements, by kind. */
const ELEMENT: readonly number[] = [0, 0, 0, 0, 12, 12, 8, 0, 0, 0, 0, 0, 0, 8, 0, 12, 0, 0, 0, 12];

/** Size in bytes of a whole record with that `info` word, or -1 for an unknown kind. */
export function recordSize(info: number): number {
  const kind = (info >>> 24) & 31;
  if (kind === 0 || kind > KIND_ENUM64) return -1;
  return BTF_RECORD_SIZE + FIXED_TAIL[kind]! + ELEMENT[kind]! * (info & 0xffff);
}

/** Where the two parts of a blob lie, in bytes from its start. */
export interface BtfSections {
  readonly typeStart: number;
  readonly typeEnd: number;
  readonly strStart: number;
  readonly strEnd: number;
}

/** Reads and checks the 24-byte header. @throws InputError naming `section` and the offset */
export function readBtfHeader(bytes: Uint8Array, section: string): BtfSections {
  const fail = (reason: string, at: number): never => {
    throw new InputError(reason, `${section} at offset ${at}`);
  };
  if (bytes.length < 2) fail(`too short for a BTF header (${bytes.length} bytes)`, 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint16(0, true);
  if (magic === 0x9feb) fail('big-endian BTF is not supported', 0);
  if (magic !== BTF_MAGIC) fail(`BTF magic is 0x${magic.toString(16)}, not 0xeb9f`, 0);
  if (bytes.length < 8) fail(`too short for a BTF header (${bytes.length} bytes)`, 0);
  if (bytes[2] !== 1) fail(`BTF version ${bytes[2]} is not supported`, 2);
  const headerSize = view.getUint32(4, true);
  if (headerSize < BTF_HEADER_SIZE || headerSize > bytes.length)
    fail(`header length ${headerSize} does not fit in ${bytes.length} bytes`, 4);
  const part = (at: number, name: string): [number, number] => {
    const start = headerSize + view.getUint32(at, true);
    const end = start + view.getUint32(at + 4, true);
    if (end > bytes.length) fail(`${name} section ends at ${end}, past the end at ${bytes.length}`, at);
    return [start, end];
  };
  const [typeStart, typeEnd] = part(8, 'type');
  const [strStart, strEnd] = part(16, 'string');
  if (strStart < typeEnd && typeStart < strEnd) fail('type and string sections overlap', 8);
  if (strEnd === strStart || bytes[strStart] !== 0) fail('the string section does not start with an empty string', 16);
  if (bytes[strEnd - 1] !== 0) fail('the string section is not terminated', 16);
  return { typeStart, typeEnd, strStart, strEnd };
}

/** A zeroed blob with its header filled in: 24 bytes, then `typeSize` bytes of types, then `strSize` bytes of strings. */
export function emptyBlob(typeSize: number, strSize: number): Uint8Array {
  const out = new Uint8Array(BTF_HEADER_SIZE + typeSize + strSize);
  const view = new DataView(out.buffer);
  view.setUint16(0, BTF_MAGIC, true);
  out[2] = 1;
  view.setUint32(4, BTF_HEADER_SIZE, true);
  view.setUint32(12, typeSize, true);
  view.setUint32(16, typeSize, true);
  view.setUint32(20, strSize, true);
  return out;
}
