import type { Insn } from './insn.ts';
import * as op from './opcodes.ts';

/**
 * The instruction table: one row, one form of an instruction. Decoder checks, assembler and disassembler are all derived from it.
 *
 * A row's `text` is the kernel's own log text with operands in braces:
 *
 *     {dst} {src}    registers as r0..r10         {off}      signed offset with its sign (+0, -8)
 *     {wdst} {wsrc}  registers as w0..w10         {imm}      immediate in decimal
 *     {pc}           pc+off                       {ximm}     immediate in hexadecimal, unsigned 32 bits
 *     {pcimm}        pc+imm                       {imm64}    both slots' immediates in hexadecimal
 *     {next}         second slot's immediate      {hi} {lo}  upper and lower half of the immediate
 *     {callee}       name#number
 *
 * A field that neither the text nor `select` mentions is reserved and must be zero (RFC 9669 section 3).
 */
export interface Form {
  readonly code: number;
  readonly text: string;
  /** Field values that tell this form from others with the same opcode. */
  readonly select: Partial<Record<'src' | 'off' | 'imm', number>>;
  /** False for encodings that no program may contain, but that the kernel's log can still print. */
  readonly valid: boolean;
  /** The text split into literals (even places) and operand names (odd places). */
  readonly parts: readonly string[];
  readonly uses: { readonly dst: boolean; readonly src: boolean; readonly off: boolean; readonly imm: boolean };
  /** True when the instruction writes `dst` (or, for a fetching atomic, `src`). */
  readonly writes: 'dst' | 'src' | null;
  /** Which field holds a jump distance in instruction slots. */
  readonly target: 'off' | 'imm' | null;
}

const OPERAND_FIELD: Readonly<Record<string, 'dst' | 'src' | 'off' | 'imm' | 'next'>> = {
  dst: 'dst',
  wdst: 'dst',
  src: 'src',
  wsrc: 'src',
  off: 'off',
  pc: 'off',
  imm: 'imm',
  ximm: 'imm',
  pcimm: 'imm',
  imm64: 'imm',
  hi: 'imm',
  lo: 'imm',
  callee: 'imm',
  next: 'next',
};

const FORMS: Form[] = [];

function form(code: number, text: string, select: Form['select'] = {}, valid = true): void {
  const parts = text.split(/[{}]/);
  const fields = new Set(parts.filter((_, i) => i % 2 === 1).map((name) => OPERAND_FIELD[name]));
  const uses = {
    dst: fields.has('dst'),
    src: fields.has('src') || select.src !== undefined,
    off: fields.has('off') || select.off !== undefined,
    imm: fields.has('imm') || select.imm !== undefined,
  };
  const writes = /^\{w?dst\} /.test(text) ? 'dst' : /^\{src\} /.test(text) ? 'src' : null;
  const target = text.endsWith('{pc}') ? 'off' : text.endsWith('{pcimm}') ? 'imm' : null;
  FORMS.push({ code, text, select, valid, parts, uses, writes, target });
}

const BINARY: readonly (readonly [number, string])[] = [
  [op.BPF_ADD, '+='],
  [op.BPF_SUB, '-='],
  [op.BPF_MUL, '*='],
  [op.BPF_DIV, '/='],
  [op.BPF_OR, '|='],
  [op.BPF_AND, '&='],
  [op.BPF_LSH, '<<='],
  [op.BPF_RSH, '>>='],
  [op.BPF_MOD, '%='],
  [op.BPF_XOR, '^='],
  [op.BPF_MOV, '='],
  [op.BPF_ARSH, 's>>='],
];

// RFC 9669 section 4.1: arithmetic. `off` 1 makes div and mod signed; `off` 8, 16 or 32 makes mov sign-extend.
for (const [cls, w] of [
  [op.BPF_ALU64, ''],
  [op.BPF_ALU, 'w'],
] as const) {
  const dst = `{${w}dst}`;
  const src = `{${w}src}`;
  for (const [bits, sign] of BINARY) {
    if (bits === op.BPF_DIV || bits === op.BPF_MOD) {
      form(cls | bits | op.BPF_K, `${dst} s${sign} {imm}`, { off: 1 });
      form(cls | bits | op.BPF_X, `${dst} s${sign} ${src}`, { off: 1 });
    }
    if (bits === op.BPF_MOV) {
      for (const width of [8, 16, 32])
        form(cls | bits | op.BPF_X, `${dst} = (s${width})${src}`, { off: width }, w === '' || width < 32);
      if (w === '') {
        const cast = '{dst} = addr_space_cast({src}, {hi}, {lo})';
        form(cls | bits | op.BPF_X, cast, { off: op.BPF_ADDR_SPACE_CAST });
        form(cls | bits | op.BPF_X, '{dst} = &(void __percpu *)({src})', { off: -1 }, false);
      }
    }
    form(cls | bits | op.BPF_K, `${dst} ${sign} {imm}`);
    form(cls | bits | op.BPF_X, `${dst} ${sign} ${src}`);
  }
  form(cls | op.BPF_NEG, `${dst} = -${dst}`);
}

// RFC 9669 section 4.2: byte swap.
for (const [code, name] of [
  [op.BPF_ALU | op.BPF_END | op.BPF_TO_LE, 'le'],
  [op.BPF_ALU | op.BPF_END | op.BPF_TO_BE, 'be'],
  [op.BPF_ALU64 | op.BPF_END | op.BPF_TO_LE, 'bswap'],
] as const) {
  for (const width of [16, 32, 64]) form(code, `{dst} = ${name}${width} {dst}`, { imm: width });
  form(code, `{dst} = ${name}{imm} {dst}`, {}, false);
}

// RFC 9669 section 4.3: jumps. Conditional jumps exist in both widths.
for (const [cls, w] of [
  [op.BPF_JMP, ''],
  [op.BPF_JMP32, 'w'],
] as const) {
  for (const [bits, sign] of [
    [op.BPF_JEQ, '=='],
    [op.BPF_JGT, '>'],
    [op.BPF_JGE, '>='],
    [op.BPF_JSET, '&'],
    [op.BPF_JNE, '!='],
    [op.BPF_JSGT, 's>'],
    [op.BPF_JSGE, 's>='],
    [op.BPF_JLT, '<'],
    [op.BPF_JLE, '<='],
    [op.BPF_JSLT, 's<'],
    [op.BPF_JSLE, 's<='],
  ] as const) {
    form(cls | bits | op.BPF_K, `if {${w}dst} ${sign} {ximm} goto {pc}`);
    form(cls | bits | op.BPF_X, `if {${w}dst} ${sign} {${w}src} goto {pc}`);
  }
}
form(op.BPF_JMP | op.BPF_JA, 'goto {pc}');
form(op.BPF_JMP32 | op.BPF_JA, 'gotol {pcimm}');
form(op.MAY_GOTO, 'may_goto {pc}', { src: op.BPF_MAY_GOTO });
form(op.MAY_GOTO, 'if {dst} (null) {ximm} goto {pc}', {}, false);
form(op.EXIT, 'exit');

// RFC 9669 section 4.3.1 and 4.3.2: helpers, program-local functions, kernel functions by BTF id.
form(op.CALL, 'call {callee}', { src: 0 });
form(op.CALL, 'call {pcimm}', { src: op.BPF_PSEUDO_CALL });
// A kernel function's `off` picks the module's BTF; the kernel's text leaves it out.
form(op.CALL, 'call {callee}{off}', { src: op.BPF_PSEUDO_KFUNC_CALL });
form(op.CALL, 'call {callee}', {}, false);
// Call of the helper whose number the register holds (conformance group callx); Linux knows no such opcode.
form(op.CALL | op.BPF_X, 'callx {dst}');

// RFC 9669 section 5: loads and stores.
const SIZES = [
  [op.BPF_B, 8],
  [op.BPF_H, 16],
  [op.BPF_W, 32],
  [op.BPF_DW, 64],
] as const;
for (const [size, bits] of SIZES) {
  const at = (reg: string): string => `*(u${bits} *)({${reg}} {off})`;
  form(op.BPF_LDX | op.BPF_MEM | size, `{dst} = ${at('src')}`);
  if (bits < 64) form(op.BPF_LDX | op.BPF_MEMSX | size, `{dst} = *(s${bits} *)({src} {off})`);
  form(op.BPF_ST | op.BPF_MEM | size, `${at('dst')} = {imm}`);
  form(op.BPF_STX | op.BPF_MEM | size, `${at('dst')} = {src}`);

  // Section 5.3, atomics. In 8 and 16 bits only load-acquire and store-release exist.
  const atomic = op.BPF_STX | op.BPF_ATOMIC | size;
  const wide = bits >= 32;
  const fn = bits === 64 ? 'atomic64' : 'atomic';
  const place = `(u${bits} *)({dst} {off})`;
  for (const [bitsOfOp, sign, name] of [
    [op.BPF_ADD, '+=', 'add'],
    [op.BPF_AND, '&=', 'and'],
    [op.BPF_OR, '|=', 'or'],
    [op.BPF_XOR, '^=', 'xor'],
  ] as const) {
    form(atomic, `lock *${place} ${sign} {src}`, { imm: bitsOfOp }, wide);
    form(atomic, `{src} = ${fn}_fetch_${name}(${place}, {src})`, { imm: bitsOfOp | op.BPF_FETCH }, wide);
  }
  form(atomic, `r0 = ${fn}_cmpxchg(${place}, r0, {src})`, { imm: op.BPF_CMPXCHG }, wide);
  form(atomic, `{src} = ${fn}_xchg(${place}, {src})`, { imm: op.BPF_XCHG }, wide);
  form(atomic, `{dst} = load_acquire((u${bits} *)({src} {off}))`, { imm: op.BPF_LOAD_ACQ });
  form(atomic, `store_release(${place}, {src})`, { imm: op.BPF_STORE_REL });
  form(atomic, `BUG_${atomic.toString(16)}`, {}, false);

  // Section 5.5: legacy packet access.
  if (bits < 64) {
    form(op.BPF_LD | op.BPF_ABS | size, `r0 = *(u${bits} *)skb[{imm}]`);
    form(op.BPF_LD | op.BPF_IND | size, `r0 = *(u${bits} *)skb[{src} + {imm}]`);
  }
}

// Section 5.4: 64-bit immediates. The kernel prints every kind as a number; the other texts are the assembler's.
form(op.LDDW, '{dst} = {imm64}', { src: 0 });
form(op.LDDW, '{dst} = map[{imm}]', { src: op.BPF_PSEUDO_MAP_FD });
form(op.LDDW, '{dst} = map[{imm}] {next}', { src: op.BPF_PSEUDO_MAP_VALUE });
form(op.LDDW, '{dst} = btf[{imm}] {next}', { src: op.BPF_PSEUDO_BTF_ID });
form(op.LDDW, '{dst} = func {pcimm}', { src: op.BPF_PSEUDO_FUNC });
form(op.LDDW, '{dst} = map_idx[{imm}]', { src: op.BPF_PSEUDO_MAP_IDX });
form(op.LDDW, '{dst} = map_idx[{imm}] {next}', { src: op.BPF_PSEUDO_MAP_IDX_VALUE });
form(op.LDDW, '{dst} = {imm64}', {}, false);

/** All rows. */
export const ALL_FORMS: readonly Form[] = FORMS;

const BY_CODE: (readonly Form[])[] = Array.from({ length: 256 }, () => []);
for (const row of FORMS) BY_CODE[row.code] = [...(BY_CODE[row.code] ?? []), row];

/** Rows with this opcode, the selective ones first. */
export function formsOf(code: number): readonly Form[] {
  return BY_CODE[code] ?? [];
}

/** The form that this instruction is printed as; undefined when its opcode does not exist or no row's selection fits. */
export function formOf(insn: Insn): Form | undefined {
  for (const row of formsOf(insn.code)) {
    const { src, off, imm } = row.select;
    if (
      (src === undefined || src === insn.src) &&
      (off === undefined || off === insn.off) &&
      (imm === undefined || imm === insn.imm)
    )
      return row;
  }
  return undefined;
}
