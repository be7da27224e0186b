/**
 * One 8-byte instruction slot (RFC 9669 section 3). A 64-bit immediate load (`lddw`) takes two slots, the second with `code` 0,
 * so that indexes here equal the kernel's.
 *
 *     byte  0      1                2..3        4..7
 *          code   src<<4 | dst     off (s16)   imm (s32)     little-endian
 */
export interface Insn {
  /** Opcode byte, 0..255. */
  readonly code: number;
  /** Destination register, 0..15 on the wire, 0..10 when valid. */
  readonly dst: number;
  /** Source register or pseudo-source (`BPF_PSEUDO_*`). */
  readonly src: number;
  /** Signed 16-bit offset. */
  readonly off: number;
  /** Signed 32-bit immediate. */
  readonly imm: number;
}
