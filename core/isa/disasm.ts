import { helperName } from './helper-names.ts';
import type { Insn } from './insn.ts';
import * as op from './opcodes.ts';
import { formOf } from './table.ts';

export interface DisasmOptions {
  /** Index of the instruction in its program, handed to the callbacks. */
  readonly index?: number;
  /** Name of a called kernel function (`src` 2), e.g. `bpf_iter_num_next`; without one the kernel prints `kernel-function`. */
  readonly callName?: (insn: Insn, index: number) => string | undefined;
  /** The value printed for a 64-bit immediate load of a pointer (`src` 1, 2, 3, 5 or 6), as the kernel prints the resolved address. */
  readonly imm64Ptr?: (insn: Insn, next: Insn | undefined, index: number) => bigint | undefined;
  /**
   * `kernel` (default): the log's text to the letter. `asm`: the same, except for the few loads and calls whose kernel text
   * is not enough to assemble them again (`r1 = map[0] +16`, `r2 = func pc+7`, a kernel function of a module).
   */
  readonly dialect?: 'kernel' | 'asm';
  /** Label written in the place of a distance (`pc+7`) that leads to an instruction; undefined leaves the distance. */
  readonly labelAt?: (index: number) => string | undefined;
  /** What is written after `call ` for a helper or a kernel function in the place of `name#number`; undefined leaves that. */
  readonly calleeText?: (insn: Insn, index: number) => string | undefined;
}

/** The instruction's text without the opcode, e.g. `r6 = *(u32 *)(r0 +0)`. `next` is the following slot, used by `lddw`. */
export function disasmText(insn: Insn, next?: Insn, options: DisasmOptions = {}): string {
  const form = formOf(insn);
  if (form === undefined) return unknownText(insn);
  if (insn.code === op.LDDW && options.dialect !== 'asm')
    return `r${insn.dst} = ${hex64(shownImm64(insn, next, options))}`;
  let text = '';
  const { parts } = form;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as string;
    text += i % 2 === 0 ? part : operandText(part, insn, next, options);
  }
  return text;
}

/** The text as the kernel's log prints it after the index: `(61) r6 = *(u32 *)(r0 +0)`. */
export function kernelText(insn: Insn, next?: Insn, options: DisasmOptions = {}): string {
  const text = disasmText(insn, next, options);
  // The kernel's complaints about impossible encodings stand without the opcode.
  return text.startsWith('BUG_') ? text : `(${insn.code.toString(16).padStart(2, '0')}) ${text}`;
}

/** The whole program, one instruction a line, in the assembler's dialect; it assembles back to the same program. */
export function disassembleProgram(insns: readonly Insn[], options: Omit<DisasmOptions, 'index'> = {}): string[] {
  const lines: string[] = [];
  for (let i = 0; i < insns.length; i++) {
    const insn = insns[i] as Insn;
    lines.push(`${i}: ${kernelText(insn, insns[i + 1], { dialect: 'asm', ...options, index: i })}`);
    if (insn.code === op.LDDW) i++;
  }
  return lines;
}

function operandText(name: string, insn: Insn, next: Insn | undefined, options: DisasmOptions): string {
  switch (name) {
    case 'dst':
      return `r${insn.dst}`;
    case 'src':
      return `r${insn.src}`;
    case 'wdst':
      return `w${insn.dst}`;
    case 'wsrc':
      return `w${insn.src}`;
    case 'off':
      if (insn.code === op.CALL) return options.dialect === 'asm' && insn.off !== 0 ? ` module ${insn.off}` : '';
      return signed(insn.off);
    case 'imm':
      return String(insn.imm);
    case 'ximm':
      return `0x${(insn.imm >>> 0).toString(16)}`;
    case 'pc':
      return targetText(insn.off, options);
    case 'pcimm':
      return targetText(insn.imm, options);
    case 'imm64':
      return hex64(imm64Of(insn, next));
    case 'next':
      return signed(next?.imm ?? 0);
    case 'hi':
      return String(insn.imm >>> 16);
    case 'lo':
      return String(insn.imm & 0xffff);
    case 'callee':
      return options.calleeText?.(insn, options.index ?? -1) ?? `${calleeName(insn, options)}#${insn.imm}`;
    default:
      throw new Error(`the table names an unknown operand: ${name}`);
  }
}

const targetText = (distance: number, { index, labelAt }: DisasmOptions): string =>
  (index === undefined ? undefined : labelAt?.(index + 1 + distance)) ?? `pc${signed(distance)}`;

function calleeName(insn: Insn, options: DisasmOptions): string {
  if (insn.src === 0) return helperName(insn.imm) ?? 'unknown';
  if (insn.src !== op.BPF_PSEUDO_KFUNC_CALL) return 'unknown';
  return options.callName?.(insn, options.index ?? -1) ?? 'kernel-function';
}

/** Both halves of a 64-bit immediate load as one unsigned number. */
export function imm64Of(insn: Insn, next: Insn | undefined): bigint {
  return (BigInt((next?.imm ?? 0) >>> 0) << 32n) | BigInt(insn.imm >>> 0);
}

function shownImm64(insn: Insn, next: Insn | undefined, options: DisasmOptions): bigint {
  const pointer = insn.src !== 0 && insn.src !== op.BPF_PSEUDO_FUNC;
  return (pointer ? options.imm64Ptr?.(insn, next, options.index ?? -1) : undefined) ?? imm64Of(insn, next);
}

const CLASS_NAMES = ['ld', 'ldx', 'st', 'stx', 'alu', 'jmp', 'jmp32', 'alu64'] as const;

/** Opcodes outside the table: the kernel has its own word for impossible loads and stores; the rest is refused before it is printed. */
function unknownText(insn: Insn): string {
  const code = insn.code.toString(16).padStart(2, '0');
  switch (op.classOf(insn.code)) {
    case op.BPF_LD:
      return `BUG_ld_${code}`;
    case op.BPF_LDX:
      return `BUG_ldx_${code}`;
    case op.BPF_ST:
      return `BUG_st_${code}`;
    case op.BPF_STX:
      return `BUG_${code}`;
    default:
      return CLASS_NAMES[op.classOf(insn.code)] ?? '';
  }
}

const signed = (value: number): string => (value < 0 ? String(value) : `+${value}`);
const hex64 = (value: bigint): string => `0x${value.toString(16)}`;
