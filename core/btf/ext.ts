import { InputError } from '../base/errors.ts';
import { BTF_MAGIC } from './layout.ts';

/** The records of one ELF section in one part of `.BTF.ext`. */
export interface ExtSection<R> {
  /** Offset of the section's name in `.BTF` strings. */
  readonly sectionName: number;
  readonly records: readonly R[];
}
export interface ExtFunc {
  /** Byte offset of the function in its section. */
  readonly offset: number;
  /** BTF id of the FUNC. */
  readonly typeId: number;
}
export interface ExtLine {
  /** Byte offset of the instruction in its section. */
  readonly offset: number;
  /** Offsets in `.BTF` strings. */
  readonly file: number;
  readonly text: number;
  readonly line: number;
  readonly col: number;
}
export interface ExtCoreRelo {
  /** Byte offset of the instruction in its section. */
  readonly offset: number;
  readonly typeId: number;
  /** Offset of the access string (`0:1:2`) in `.BTF` strings. */
  readonly access: number;
  /** enum bpf_core_relo_kind */
  readonly kind: number;
}
export interface BtfExt {
  readonly funcs: readonly ExtSection<ExtFunc>[];
  readonly lines: readonly ExtSection<ExtLine>[];
  readonly relos: readonly ExtSection<ExtCoreRelo>[];
}

/**
 * Parses `.BTF.ext` (Documentation/bpf/btf.rst section 4):
 *
 *     header: u16 magic | u8 version | u8 flags | u32 hdr_len | (u32 off, u32 len) of func_info, line_info, core_relo
 *     part:   u32 rec_size | { u32 sec_name_off | u32 num_info | num_info records of rec_size bytes } ...
 *
 * Records may be larger than known; their tails are skipped.
 * @throws InputError with the section and the offset
 */
export function parseBtfExt(bytes: Uint8Array): BtfExt {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fail = (reason: string, at: number): never => {
    throw new InputError(reason, `.BTF.ext at offset ${at}`);
  };
  if (bytes.length < 24) fail(`too short for its header (${bytes.length} bytes)`, 0);
  if (view.getUint16(0, true) !== BTF_MAGIC)
    fail(view.getUint16(0, false) === BTF_MAGIC ? 'big-endian BTF is not supported' : 'magic is not 0xeb9f', 0);
  if (bytes[2] !== 1) fail(`version ${bytes[2]} is not supported`, 2);
  const headerSize = view.getUint32(4, true);
  if (headerSize < 24 || headerSize > bytes.length) fail(`header length ${headerSize} is out of range`, 4);

  const part = <R>(at: number, least: number, name: string, read: (at: number) => R): ExtSection<R>[] => {
    if (at + 8 > headerSize) return [];
    const length = view.getUint32(at + 4, true);
    if (length === 0) return [];
    const start = headerSize + view.getUint32(at, true);
    const end = start + length;
    if (end > bytes.length) fail(`${name} ends at ${end}, past the end at ${bytes.length}`, at);
    if (start % 4 !== 0) fail(`${name} starts at ${start}, which is not a multiple of 4`, at);
    if (length < 4) fail(`${name} is too short`, start);
    const size = view.getUint32(start, true);
    if (size < least || size % 4 !== 0)
      fail(`${name} has records of ${size} bytes, at least ${least} are needed`, start);
    const sections: ExtSection<R>[] = [];
    for (let p = start + 4; p < end;) {
      if (p + 8 > end) fail(`${name} is cut off`, p);
      const count = view.getUint32(p + 4, true);
      if (count === 0) fail(`${name} has a section without records`, p);
      if (p + 8 + count * size > end) fail(`${name} has ${count} records of ${size} bytes and is cut off`, p);
      const records: R[] = [];
      for (let i = 0; i < count; i++) records.push(read(p + 8 + i * size));
      sections.push({ sectionName: view.getUint32(p, true), records });
      p += 8 + count * size;
    }
    return sections;
  };
  const u32 = (at: number): number => view.getUint32(at, true);
  return {
    funcs: part(8, 8, 'func_info', (at) => ({ offset: u32(at), typeId: u32(at + 4) })),
    // line and column share a word: line in the upper 22 bits, column in the lower 10.
    lines: part(16, 16, 'line_info', (at) => ({
      offset: u32(at),
      file: u32(at + 4),
      text: u32(at + 8),
      line: u32(at + 12) >>> 10,
      col: u32(at + 12) & 0x3ff,
    })),
    relos: part(24, 16, 'core_relo', (at) => ({
      offset: u32(at),
      typeId: u32(at + 4),
      access: u32(at + 8),
      kind: u32(at + 12),
    })),
  };
}
