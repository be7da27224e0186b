/**
 * Where a program's own functions and the kernel's symbols lie in the address space of a run. Nothing is mapped there: these are values
 * that a program holds and hands on.
 */

/** Upper half of the addresses of the program's functions; the low word is the instruction index times 8. */
const CODE_HI = 0xffffffffc0000000n >> 32n;
/** The same half as a signed word of a register. */
export const CODE_HI_WORD = Number(BigInt.asIntN(32, CODE_HI));

/** Address of the program's function that begins at an instruction. */
export const functionAddress = (insn: number): bigint => (CODE_HI << 32n) | BigInt(insn * 8);

/** The instruction that a function's address stands for; undefined when these words are no such address. */
export const functionAt = (lo: number, hi: number): number | undefined =>
  hi === CODE_HI_WORD && (lo & 7) === 0 ? lo >>> 3 : undefined;

/** Where the kernel's functions and variables would lie: the machine has none of them. */
const SYMBOLS = 0xffff_ffff_8000_0000n;

/** The address that stands for a kernel symbol. */
export const symbolAddress = (btfId: number): bigint => SYMBOLS + BigInt(btfId >>> 0) * 16n;

/** Whether an address is that of a kernel function or variable. */
export const isKernelSymbol = (address: bigint): boolean => address >= SYMBOLS && address < SYMBOLS + 0x4000_0000n;
