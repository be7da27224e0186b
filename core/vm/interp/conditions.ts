/** A 32-bit jump's condition; `op` is the operation's bits of the opcode. */
export function holds32(op: number, a: number, b: number): boolean {
  switch (op) {
    // JEQ
    case 0x10:
      return a === b;
    // JNE
    case 0x50:
      return a !== b;
    // JGT
    case 0x20:
      return a >>> 0 > b >>> 0;
    // JGE
    case 0x30:
      return a >>> 0 >= b >>> 0;
    // JLT
    case 0xa0:
      return a >>> 0 < b >>> 0;
    // JLE
    case 0xb0:
      return a >>> 0 <= b >>> 0;
    // JSGT
    case 0x60:
      return a > b;
    // JSGE
    case 0x70:
      return a >= b;
    // JSLT
    case 0xc0:
      return a < b;
    // JSLE
    case 0xd0:
      return a <= b;
    // JSET
    default:
      return (a & b) !== 0;
  }
}
