import { InputError } from '../base/errors.ts';
import { helperId } from './helper-names.ts';
import type { Insn } from './insn.ts';
import * as op from './opcodes.ts';
import type { Form } from './table.ts';
import { ALL_FORMS } from './table.ts';

export interface AsmOptions {
  /**
   * Number for `call NAME` without `#number`, when NAME is no helper: kernel functions give `{ kfunc: btfId }`.
   * Undefined means that there is no such function.
   */
  readonly resolveCall?: (name: string) => { readonly helper: number } | { readonly kfunc: number } | undefined;
  /** Where a label lies that the text does not define, counted from the text's first slot. Undefined means that there is no such label. */
  readonly resolveLabel?: (name: string) => number | undefined;
}

/** What is wrong with a line of assembly. */
export class AssemblyError extends InputError {
  /** @param line from 1 */
  constructor(
    reason: string,
    readonly line: number,
    file = '',
  ) {
    super(reason, `line ${line}`, file);
  }
  override inFile(file: string): AssemblyError {
    return this.file === '' ? new AssemblyError(this.reason, this.line, file) : this;
  }
}

export interface Assembly {
  readonly insns: Insn[];
  /** Source line (from 1) of each instruction slot. */
  readonly lines: number[];
  /** Labels and the instruction index that they stand for. */
  readonly labels: ReadonlyMap<string, number>;
}

/**
 * Assembles text in the spelling of the kernel's log: `12: (bf) r1 = r2`, with index and opcode optional, anything after `;` or `//`
 * ignored, labels as `name:` in front or on a line of their own, and labels wherever the log has `pc+N`.
 * `r1 = 0x5` is the two-slot 64-bit load, `r1 = 5` the move, as in the log.
 * @throws InputError with the line number and what was wrong.
 */
export function assemble(text: string, options: AsmOptions = {}): Insn[] {
  return assembleWithLines(text, options).insns;
}

/** Longest text of a line that a message quotes. */
const MAX_QUOTE = 120;

const shortened = (text: string): string => (text.length <= MAX_QUOTE ? text : `${text.slice(0, MAX_QUOTE - 1)}…`);

/** `assemble`, with the origin of every slot. */
export function assembleWithLines(text: string, options: AsmOptions = {}): Assembly {
  const insns: Mutable<Insn>[] = [];
  const lines: number[] = [];
  const labels = new Map<string, number>();
  const patches: { insn: number; field: 'off' | 'imm'; label: string; line: number }[] = [];

  const split = text.split('\n').map(splitLabels);
  // The text's own functions come before the kernel's of the same name.
  const own = new Set(split.flatMap(({ names }) => names));
  const resolving: AsmOptions = {
    ...options,
    resolveCall: (name) =>
      own.has(name) || options.resolveLabel?.(name) !== undefined ? undefined : options.resolveCall?.(name),
  };
  split.forEach(({ names, rest: unlabelled }, at) => {
    const line = at + 1;
    for (const label of names) {
      if (labels.has(label)) throw bad(line, `label ${label} is defined twice`);
      labels.set(label, insns.length);
    }
    const rest = unlabelled.replace(/^\d+:\s*/, '').replace(/^\([0-9a-f]{2}\)\s*/i, '');
    if (rest === '') return;
    const parsed = parseLine(rest, line, resolving);
    if (parsed.label !== undefined)
      patches.push({ insn: insns.length, field: parsed.field, label: parsed.label, line });
    insns.push(parsed.insn);
    lines.push(line);
    if (parsed.insn.code === op.LDDW) {
      insns.push({ code: 0, dst: 0, src: 0, off: 0, imm: parsed.next });
      lines.push(line);
    }
  });

  for (const { insn, field, label, line } of patches) {
    const target = labels.get(label) ?? options.resolveLabel?.(label);
    if (target === undefined) throw bad(line, `there is no label ${label}`);
    const distance = target - insn - 1;
    if (field === 'off' && (distance < -0x8000 || distance > 0x7fff))
      throw bad(line, `label ${label} is ${distance} slots away, more than 16 bits hold (gotol reaches further)`);
    (insns[insn] as Mutable<Insn>)[field] = distance;
  }
  return { insns, lines, labels };
}

/** A line's labels, and what follows them without the comment. */
function splitLabels(source: string): { readonly names: readonly string[]; readonly rest: string } {
  const names: string[] = [];
  let rest = source.replace(/(;|\/\/).*$/, '').trim();
  for (let m; (m = /^([A-Za-z_.$][\w.$]*):(?!:)\s*/.exec(rest)) !== null; rest = rest.slice(m[0].length))
    names.push(m[1] as string);
  return { names, rest };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
const bad = (line: number, reason: string): InputError => new AssemblyError(reason, line);

interface Token {
  /** `R`, `W` registers, `N` decimal and `X` hexadecimal numbers, `I` a name that the table does not know; otherwise the text itself. */
  readonly shape: string;
  readonly text: string;
  readonly value: bigint;
}

const TOKEN =
  /\s*(?:(s>>=|s\/=|s%=|<<=|>>=|s>=|s<=|s>|s<|[-+*/%&|^=!<>]=)|([A-Za-z_.$][\w.$]*)|((?:\+\s*)?(?:-\s*)?(?:0[xX][0-9a-fA-F]+|\d+)\b)|([-+*&()[\],=<>#]))/y;

function tokenize(text: string, line: number, words: ReadonlySet<string>): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const start = TOKEN.lastIndex;
    const m = TOKEN.exec(text);
    if (m === null) {
      if (text.slice(start).trim() === '') break;
      throw bad(line, `unexpected "${shortened(text.slice(start).trim())}" in "${shortened(text)}"`);
    }
    const [, sign, word, number, punctuation] = m;
    if (number !== undefined) {
      const digits = number.replace(/[\s+-]/g, '');
      const value = BigInt(digits);
      const hex = /^0x/i.test(digits);
      tokens.push({ shape: hex ? 'X' : 'N', text: number, value: number.includes('-') ? -value : value });
    } else if (word !== undefined) {
      const register = /^([rw])(\d+)$/.exec(word);
      if (register !== null) {
        const value = BigInt(register[2] as string);
        if (value > 10n) throw bad(line, `there is no register ${word}`);
        tokens.push({ shape: (register[1] as string).toUpperCase(), text: word, value });
      } else tokens.push({ shape: words.has(word) ? word : 'I', text: word, value: 0n });
    } else {
      const shape = (sign ?? punctuation) as string;
      tokens.push({ shape, text: shape, value: 0n });
    }
  }
  return tokens;
}

/** What stands at each token of a form: an operand's name, a fixed register, or null for plain text. */
type Slot = { readonly operand: string } | { readonly fixed: bigint } | null;
interface Pattern {
  readonly form: Form;
  readonly slots: readonly Slot[];
}

const OPERAND_SHAPE: Readonly<Record<string, readonly string[]>> = {
  dst: ['R'],
  src: ['R'],
  wdst: ['W'],
  wsrc: ['W'],
  off: ['N'],
  imm: ['N'],
  ximm: ['X'],
  pc: ['pc', 'N'],
  pcimm: ['pc', 'N'],
  imm64: ['X'],
  next: ['N'],
  hi: ['N'],
  lo: ['N'],
};

// Every literal word of the table; they are told from labels and function names by this.
const WORDS: ReadonlySet<string> = new Set([
  'pc',
  ...ALL_FORMS.flatMap((row) =>
    row.parts.filter((_, i) => i % 2 === 0).flatMap((part) => part.match(/[a-z_]\w*/g) ?? []),
  ),
]);

/** Forms by the sequence of their token shapes, e.g. `R += R`. */
const PATTERNS = new Map<string, Pattern>();
for (const row of ALL_FORMS) {
  if (!row.valid || row.text.includes('{callee}')) continue;
  const shapes: string[] = [];
  const slots: Slot[] = [];
  row.parts.forEach((part, i) => {
    if (i % 2 === 0) {
      for (const token of tokenize(part, 0, WORDS)) {
        shapes.push(token.shape);
        slots.push(token.shape === 'R' ? { fixed: token.value } : null);
      }
      return;
    }
    for (const shape of OPERAND_SHAPE[part] ?? []) {
      shapes.push(shape);
      slots.push(shape === 'pc' ? null : { operand: part });
    }
  });
  PATTERNS.set(shapes.join(' ').replace('+ N', 'N'), { form: row, slots: dropPlus(shapes, slots) });
}

/** `skb[r1 + 5]`: the plus becomes part of the number when read. */
function dropPlus(shapes: readonly string[], slots: readonly Slot[]): Slot[] {
  return slots.filter((_, i) => !(shapes[i] === '+' && shapes[i + 1] === 'N'));
}

interface Parsed {
  readonly insn: Mutable<Insn>;
  readonly next: number;
  /** Jump target still to be put in `field`. */
  readonly label?: string;
  readonly field: 'off' | 'imm';
}

function parseLine(text: string, line: number, options: AsmOptions): Parsed {
  const call = /^call\s+(?!pc\b)(.*)$/.exec(text);
  if (call !== null) return parseCall((call[1] as string).trim(), line, options);

  let tokens = tokenize(text, line, WORDS);
  // LLVM marks 64-bit loads with a trailing `ll`.
  const wide = tokens.at(-1)?.text === 'll';
  if (wide) tokens = tokens.slice(0, -1).map((t) => (t.shape === 'N' ? { ...t, shape: 'X' } : t));
  let label: string | undefined;
  const last = tokens.at(-1);
  const jump = tokens.at(-2)?.text;
  if (jump === 'goto' || jump === 'gotol' || jump === 'may_goto' || jump === 'func') {
    if (last?.shape === 'I') {
      label = last.text;
      tokens.splice(-1, 1, { shape: 'pc', text: 'pc', value: 0n }, { shape: 'N', text: '0', value: 0n });
    } else if (last?.shape === 'N') tokens.splice(-1, 0, { shape: 'pc', text: 'pc', value: 0n });
  }

  const pattern = findPattern(tokens);
  if (pattern === undefined) {
    const name = tokens.find((t) => t.shape === 'I');
    throw bad(
      line,
      name === undefined
        ? `no instruction reads "${shortened(text)}"`
        : `no instruction reads "${text}": what is ${name.text}?`,
    );
  }
  const { form } = pattern;
  const insn = { code: form.code, dst: 0, src: 0, off: 0, imm: 0, ...form.select };
  const seen = new Map<string, bigint>();
  let next = 0;
  pattern.slots.forEach((slot, i) => {
    if (slot === null) return;
    const { value, text: shown } = tokens[i] as Token;
    if ('fixed' in slot) {
      if (value !== slot.fixed) throw bad(line, `"${shortened(text)}": only r${slot.fixed} can stand for ${shown}`);
      return;
    }
    const before = seen.get(slot.operand);
    if (before !== undefined && before !== value)
      throw bad(line, `"${shortened(text)}": both registers must be the same, ${shown} is not`);
    seen.set(slot.operand, value);
    switch (slot.operand) {
      case 'dst':
      case 'wdst':
        insn.dst = Number(value);
        break;
      case 'src':
      case 'wsrc':
        insn.src = Number(value);
        break;
      case 'off':
      case 'pc':
        insn.off = ranged(value, -0x8000n, 0x7fffn, shown, '16-bit offset', line);
        break;
      case 'imm':
      case 'ximm':
      case 'pcimm': {
        const max = (tokens[i] as Token).shape === 'X' || slot.operand === 'ximm' ? 0xffff_ffffn : 0x7fff_ffffn;
        insn.imm = ranged(value, -0x8000_0000n, max, shown, '32-bit immediate', line) | 0;
        break;
      }
      case 'imm64': {
        const min = -(1n << 63n);
        if (value < min || value >= 1n << 64n) throw bad(line, `${shown} does not fit a 64-bit immediate`);
        insn.imm = Number(BigInt.asIntN(32, value));
        next = Number(BigInt.asIntN(32, value >> 32n));
        break;
      }
      case 'next':
        next = ranged(value, -0x8000_0000n, 0xffff_ffffn, shown, '32-bit offset', line) | 0;
        break;
      case 'hi':
        insn.imm = (insn.imm & 0xffff) | (ranged(value, 0n, 0xffffn, shown, '16-bit address space', line) << 16);
        break;
      case 'lo':
        insn.imm = (insn.imm & ~0xffff) | ranged(value, 0n, 0xffffn, shown, '16-bit address space', line);
        break;
      default:
        throw new Error(`the table names an unknown operand: ${slot.operand}`);
    }
  });
  const field = form.target ?? 'off';
  return label === undefined ? { insn, next, field } : { insn, next, field, label };
}

/** The pattern for these tokens; a hexadecimal number may stand for a decimal one and the other way about where only one reading exists. */
function findPattern(tokens: readonly Token[]): Pattern | undefined {
  const shape = tokens.map((t) => t.shape).join(' ');
  return PATTERNS.get(shape) ?? PATTERNS.get(shape.replace(/\bX\b/g, 'N')) ?? PATTERNS.get(shape.replace(/\bN\b/, 'X'));
}

function parseCall(target: string, line: number, options: AsmOptions): Parsed {
  const insn = (src: number, imm: number, off = 0): Parsed => ({
    insn: { code: op.CALL, dst: 0, src, off, imm },
    next: 0,
    field: 'imm',
  });
  const m = /^(?:([A-Za-z_.$][\w.$-]*)?#)?([+-]?\d+)(?:\s+module\s+(-?\d+))?$/.exec(target);
  if (m !== null) {
    const [, name, digits, module] = m;
    const imm = ranged(
      BigInt(digits as string),
      -0x8000_0000n,
      0x7fff_ffffn,
      digits as string,
      '32-bit immediate',
      line,
    );
    if (name === undefined || name === 'unknown') return insn(0, imm);
    const known = helperId(name);
    if (known === imm) return insn(0, imm);
    if (known !== undefined) throw bad(line, `helper ${name} has number ${known}, not ${imm}`);
    const off = ranged(BigInt(module ?? '0'), -0x8000n, 0x7fffn, module ?? '', '16-bit offset', line);
    return insn(op.BPF_PSEUDO_KFUNC_CALL, imm, off);
  }
  if (!/^[A-Za-z_.$][\w.$]*$/.test(target)) throw bad(line, `no function can be called "${target}"`);
  const helper = helperId(target);
  if (helper !== undefined && target.startsWith('bpf_')) return insn(0, helper);
  const resolved = options.resolveCall?.(target);
  if (resolved !== undefined)
    return 'helper' in resolved ? insn(0, resolved.helper) : insn(op.BPF_PSEUDO_KFUNC_CALL, resolved.kfunc);
  return { ...insn(op.BPF_PSEUDO_CALL, 0), label: target };
}

function ranged(value: bigint, min: bigint, max: bigint, shown: string, what: string, line: number): number {
  if (value < min || value > max) throw bad(line, `${shown} does not fit a ${what}`);
  return Number(value);
}
