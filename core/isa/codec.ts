import { InputError } from '../base/errors.ts';
import type { Insn } from './insn.ts';
import { LDDW } from './opcodes.ts';
import { formsOf } from './table.ts';

/** Bytes of one instruction slot. */
export const INSN_SIZE = 8;

/**
 * Decodes little-endian instruction slots (RFC 9669 section 3). A 64-bit immediate load yields two entries.
 * Fields are taken as they stand: `validate` judges them.
 * @throws InputError naming the byte offset: a length that is no multiple of 8, an opcode that does not exist, half a `lddw`.
 */
export function decode(bytes: Uint8Array): Insn[] {
  if (bytes.length % INSN_SIZE !== 0)
    throw new InputError(
      `${bytes.length} bytes are no whole number of 8-byte instructions`,
      `offset ${bytes.length - (bytes.length % INSN_SIZE)}`,
    );
  const insns = decodeRaw(bytes);
  for (let i = 0; i < insns.length; i++) {
    const code = (insns[i] as Insn).code;
    if (formsOf(code).length === 0) throw new InputError(`no instruction has opcode 0x${hex2(code)}`, place(i));
    if (code !== LDDW) continue;
    const second = insns[i + 1];
    if (second === undefined) throw new InputError('64-bit immediate load without its second half', place(i));
    if (second.code !== 0 || second.dst !== 0 || second.src !== 0 || second.off !== 0)
      throw new InputError('second half of a 64-bit immediate load has non-zero reserved fields', place(i + 1));
    i++;
  }
  return insns;
}

/** Decodes slots without judging opcodes, for hostile programs whose rejection is the verifier's to word. Trailing bytes are dropped. */
export function decodeRaw(bytes: Uint8Array): Insn[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const insns: Insn[] = [];
  for (let at = 0; at + INSN_SIZE <= bytes.length; at += INSN_SIZE) {
    const regs = view.getUint8(at + 1);
    insns.push({
      code: view.getUint8(at),
      dst: regs & 15,
      src: regs >> 4,
      off: view.getInt16(at + 2, true),
      imm: view.getInt32(at + 4, true),
    });
  }
  return insns;
}

/**
 * Encodes instructions as little-endian slots.
 * @throws InputError when a field does not fit its bits.
 */
export function encode(insns: readonly Insn[]): Uint8Array {
  const bytes = new Uint8Array(insns.length * INSN_SIZE);
  const view = new DataView(bytes.buffer);
  insns.forEach((insn, i) => {
    const fits =
      inRange(insn.code, 0, 255) &&
      inRange(insn.dst, 0, 15) &&
      inRange(insn.src, 0, 15) &&
      inRange(insn.off, -0x8000, 0x7fff) &&
      inRange(insn.imm, -0x8000_0000, 0x7fff_ffff);
    if (!fits) throw new InputError(`a field does not fit: ${JSON.stringify(insn)}`, `instruction ${i}`);
    const at = i * INSN_SIZE;
    view.setUint8(at, insn.code);
    view.setUint8(at + 1, (insn.src << 4) | insn.dst);
    view.setInt16(at + 2, insn.off, true);
    view.setInt32(at + 4, insn.imm, true);
  });
  return bytes;
}

const inRange = (value: number, min: number, max: number): boolean =>
  Number.isInteger(value) && value >= min && value <= max;
const hex2 = (value: number): string => value.toString(16).padStart(2, '0');
const place = (index: number): string => `offset ${index * INSN_SIZE} (instruction ${index})`;
