import type { Spot } from '../../verifier/values/spot.ts';
import type { Btf } from '../../btf/btf.ts';
import {
  BPF_ATOMIC,
  BPF_LDX,
  BPF_MOV,
  BPF_ST,
  BPF_STX,
  CALL,
  EXIT,
  classOf,
  isRegisterSource,
  modeOf,
  opOf,
} from '../../isa/opcodes.ts';
import { PTR_TO_BTF_ID, PTR_TO_MAP_VALUE, baseType } from '../../verifier/values/reg.ts';
import { SourceLine } from './c-source.ts';
import type { Comparison, Expression } from './c-source.ts';
import type { Check, Value } from '../query/flow.ts';
import type { Insn } from '../../isa/insn.ts';
import { slotBehind } from '../query/provenance.ts';
import type { ProgramText } from '../query/program-text.ts';
import type { Trace } from '../record/trace.ts';
import { REGS } from '../record/values.ts';

/*
 * Names of values, places and conditions as the C source has them: from the columns that the compiler gives for instructions, from the types of
 * maps, global variables and parameters. What cannot be named is null, and the words fall back on registers.
 */

/** Longest expression that stands in a sentence. */
const MAX_NAME = 48;

/** What names a place in memory: no operator, no call. */
const PLACE = /^[*&(\s]*[A-Za-z_][\w.)]*(?:(?:->|\.)\w+\)?|\[[^\]]*\])*$/;

/** Whether a name is one that C can assign to: a variable, a field, an element, what a pointer points at. */
export const isPlace = (name: string): boolean => !name.startsWith('&') && PLACE.test(name);

/** Operators of C by the operation's bits in an opcode. */
const OPERATORS: Readonly<Record<number, string>> = {
  0x00: '+',
  0x10: '-',
  0x20: '*',
  0x30: '/',
  0x40: '|',
  0x50: '&',
  0x60: '<<',
  0x70: '>>',
  0x90: '%',
  0xa0: '^',
  0xc0: '>>',
};

/** What a compiler makes an operation of besides its own operator: a mask of `% 8`, a shift of `/ 2`. */
const ALSO: Readonly<Record<string, readonly string[]>> = { '+': ['-'], '&': ['%'], '>>': ['/'], '<<': ['*'] };

const known = new WeakMap<Trace, Names>();

/** The names of a trace's program; made once for each. */
export function namesOf(trace: Trace, text: ProgramText): Names {
  let names = known.get(trace);
  if (names?.text !== text) known.set(trace, (names = new Names(trace, text)));
  return names;
}

/** The names that a program's source has for what the verifier sees. */
export class Names {
  readonly #lines = new Map<number, SourceLine>();
  readonly #runs: Int32Array;
  #slots: Map<string, string> | null = null;
  #targets: ReadonlySet<number> | null = null;
  #iterators: Map<number, string> | null = null;

  constructor(
    readonly trace: Trace,
    readonly text: ProgramText,
  ) {
    const { program } = text;
    this.#runs = new Int32Array(program.insns.length).fill(-1);
    program.lineInfo.forEach((info, i) => {
      const end = program.lineInfo[i + 1]?.insn ?? program.insns.length;
      for (let insn = info.insn; insn < end && insn < this.#runs.length; insn++) this.#runs[insn] = i;
    });
  }

  /** The source line of an instruction and the column that the compiler gave for it. */
  at(insn: number): { readonly line: SourceLine; readonly col: number } | null {
    const info = this.text.program.lineInfo[this.#runs[insn] ?? -1];
    // A program without types comes from assembly: its lines are no C.
    if (this.text.object.btf === null || info === undefined || info.text === '' || info.col === 0) return null;
    let line = this.#lines.get(this.#runs[insn]!);
    if (line === undefined) this.#lines.set(this.#runs[insn]!, (line = new SourceLine(info.text)));
    return { line, col: info.col };
  }

  /** What the source has at an instruction. */
  expression(insn: number): Expression | null {
    const at = this.at(insn);
    const found = at?.line.expression(at.col) ?? null;
    return found === null || found.text.length > MAX_NAME ? null : found;
  }

  /** What an instruction reads or writes, as the source has it: `c->ips[last]`, `*v`; null where that is not plain. */
  accessed(insn: number): string | null {
    const cls = classOf(this.text.program.insns[insn]?.code ?? 0);
    const at = this.at(insn);
    if (at === null) return null;
    const found =
      cls === BPF_LDX
        ? at.line.expression(at.col)?.text
        : cls === BPF_ST || cls === BPF_STX
          ? at.line.target(at.col)
          : null;
    return found == null || found.length > MAX_NAME || !PLACE.test(found) ? null : found;
  }

  /** The one comparison that an instruction's column speaks of. */
  comparison(insn: number): Comparison | null {
    const at = this.at(insn);
    const found = at?.line.comparison(at.col) ?? null;
    return found === null || found.left.length + found.right.length > MAX_NAME ? null : found;
  }

  /** The whole condition that an instruction is a part of. */
  condition(insn: number): string | null {
    const at = this.at(insn);
    return at?.line.condition(at.col) ?? null;
  }

  /** Name of a value: a variable, or the expression that it is read by. */
  of(value: Value): string | null {
    const { from, pc } = value;
    switch (from.kind) {
      case 'argument':
        return this.#parameter(from.subprog, from.reg);
      case 'load':
        return this.#loadName(value, pc, from);
      case 'call': {
        const found = this.expression(pc);
        return found?.variable ?? null;
      }
      case 'cut':
        return this.of(from.of);
      case 'computed': {
        const at = this.at(pc);
        const operator = OPERATORS[from.op];
        const found = this.expression(pc);
        // The column must be that of this very operation.
        if (at !== null && found !== null && operator !== undefined) {
          const by = from.right.from.kind === 'constant' ? BigInt.asIntN(64, from.right.from.value) : 0n;
          if (this.#isOperator(at.line.line, at.col, operator, by === 1n || by === -1n))
            return found.variable ?? found.text;
        }
        const left = this.of(from.left);
        const right =
          from.right.from.kind === 'constant' ? String(BigInt.asIntN(64, from.right.from.value)) : this.of(from.right);
        if (left === null || right === null || (operator !== '+' && operator !== '-')) return null;
        const negative = operator === '+' && right.startsWith('-');
        const text = negative ? `${left} - ${right.slice(1)}` : `${left} ${operator} ${right}`;
        return text.length > MAX_NAME ? null : text;
      }
      default:
        return null;
    }
  }

  /**
   * Name of what a register holds before an instruction, from the straight piece of program before it alone: the variable or expression of the
   * source that was loaded or computed there last.
   */
  local(pc: number, regno: number): string | null {
    const { insns } = this.text.program;
    const targets = this.#jumpTargets();
    let reg = regno;
    for (let at = pc; at > 0 && !targets.has(at);) {
      at--;
      const insn = insns[at]!;
      const cls = classOf(insn.code);
      if (cls === 5 || cls === 6) {
        if (insn.code === CALL) {
          if (reg === 0) return this.expression(at)?.variable ?? null;
          if (reg <= 5) return null;
        } else if (insn.code === EXIT || opOf(insn.code) === 0) return null;
        continue;
      }
      if (cls === BPF_ST || cls === BPF_STX) {
        if (cls === BPF_STX && modeOf(insn.code) === BPF_ATOMIC) return null;
        continue;
      }
      if (insn.dst !== reg) continue;
      if (cls === BPF_LDX) {
        const found = this.expression(at);
        return found === null || !PLACE.test(found.text) ? null : (found.variable ?? found.text);
      }
      const op = opOf(insn.code);
      if (cls === 0) return null;
      if (op === BPF_MOV && isRegisterSource(insn.code)) {
        reg = insn.src;
        if (reg === 10) return null;
        continue;
      }
      // Cutting to 8, 16 or 32 bits is what the type does.
      if (op === 0x50 && !isRegisterSource(insn.code) && (insn.imm === 0xff || insn.imm === 0xffff)) continue;
      if ((op === 0x70 || op === 0xc0) && insns[at - 1]?.dst === reg && opOf(insns[at - 1]!.code) === 0x60) {
        at--;
        continue;
      }
      const here = this.at(at);
      const found = this.expression(at);
      return here !== null && found !== null && this.#isOperation(here, insn) ? (found.variable ?? found.text) : null;
    }
    return null;
  }

  // Instructions that a jump leads to, and the first ones of functions.
  #jumpTargets(): ReadonlySet<number> {
    if (this.#targets !== null) return this.#targets;
    const targets = new Set<number>([0]);
    for (const { start } of this.text.subprogs) targets.add(start);
    this.text.program.insns.forEach((insn, i) => {
      const cls = classOf(insn.code);
      if (cls !== 5 && cls !== 6) return;
      if (insn.code === CALL || insn.code === EXIT) return;
      targets.add(i + 1 + (insn.code === 0x06 ? insn.imm : insn.off));
    });
    return (this.#targets = targets);
  }

  // Whether a column is that of an operation, by its own operator.
  #isOperation({ line, col }: { readonly line: SourceLine; readonly col: number }, insn: Insn): boolean {
    const operator = OPERATORS[opOf(insn.code)];
    const unit = !isRegisterSource(insn.code) && Math.abs(insn.imm) === 1;
    return operator !== undefined && this.#isOperator(line.line, col, operator, unit);
  }

  // The operator that stands at a column; compilers write a difference as the sum with a negative number, and a test of parity as a mask.
  #isOperator(line: string, col: number, operator: string, unit: boolean): boolean {
    const here = line.slice(col - 1, col + 1);
    // `n++` is the addition of 1 alone, whatever else the compiler computes for it.
    if ((here === '++' || here === '--') && !unit) return false;
    if (here.startsWith(operator)) return true;
    return ALSO[operator]?.some((other) => here.startsWith(other)) === true;
  }

  /** The condition of a check, as the source has it: `i + 4 > sizeof(tab)`; null where it is not known. */
  check(check: Check): string | null {
    const one = this.comparison(check.pc);
    if (one !== null)
      return one.right === '0' && one.op !== '==' && one.op !== '!=' ? null : `${one.left} ${one.op} ${one.right}`;
    const whole = this.condition(check.pc);
    return whole === null || whole.length > MAX_NAME ? null : whole;
  }

  /** Name of what lies in a stack slot: `a.n`, `key`; null when the source does not say. The frame's number is that at `step`. */
  slot(step: number, { frame, index: spi }: Spot): string | null {
    const subprog = this.trace.cursor(step).subprogs[frame] ?? 0;
    const names = (this.#slots ??= this.#findSlots());
    const found: string[] = [];
    for (let off = -(spi + 1) * 8; off < -spi * 8; off++) {
      const name = names.get(`${subprog} ${off}`);
      if (name !== undefined && !found.includes(name)) found.push(name);
    }
    return found.length === 0 ? null : found.slice(0, 2).join(', ');
  }

  /**
   * The variable that a register stands for throughout a function, when everything that is ever put into it has this one name; `frame` is the
   * frame's number at `step`.
   */
  register(step: number, frame: number, regno: number): string | null {
    const subprog = this.trace.cursor(step).subprogs[frame] ?? 0;
    const { insns } = this.text.program;
    const start = this.text.subprogs[subprog]?.start ?? 0;
    const end = this.text.subprogs[subprog + 1]?.start ?? insns.length;
    let found: string | null = null;
    for (let i = start; i < end; i++) {
      const insn = insns[i]!;
      const cls = classOf(insn.code);
      if (cls === BPF_ST || cls === BPF_STX || cls === 5 || cls === 6) {
        if (insn.code === CALL && regno === 0) return null;
        const compared = this.#comparedVariable(i, regno);
        if (compared !== null && found !== null && found !== compared) return null;
        found ??= compared;
        continue;
      }
      const returned = this.#returnedVariable(i, regno);
      if (returned !== null && found !== null && found !== returned) return null;
      found ??= returned;
      if (insn.dst !== regno || insn.code === 0) continue;
      const op = opOf(insn.code);
      const isAlu = cls === 4 || cls === 7;
      // A constant to begin with says nothing of the name; a copy may be of another variable.
      if (isAlu && op === BPF_MOV && !isRegisterSource(insn.code)) continue;
      if (cls === 0) continue;
      const at = this.at(i);
      // What a compiler computes for another line may bear this one's column: it must be that of this very operation.
      if (isAlu && op !== BPF_MOV && at !== null && !this.#isOperation(at, insn)) continue;
      const name = at === null ? null : (at.line.target(at.col) ?? at.line.expression(at.col)?.variable ?? null);
      if (name === null || !/^[A-Za-z_]\w*$/.test(name) || (found !== null && found !== name)) return null;
      found = name;
    }
    return found;
  }

  // The variable of a comparison with a number that is, but for one, the instruction's own: then the register holds just that.
  #comparedVariable(pc: number, regno: number): string | null {
    const insn = this.text.program.insns[pc]!;
    if (insn.dst !== regno || !this.text.isConditionalJump(pc) || isRegisterSource(insn.code)) return null;
    const one = this.comparison(pc);
    if (one === null || !/^[A-Za-z_]\w*$/.test(one.left) || !/^-?(0x[0-9a-f]+|\d+)$/i.test(one.right)) return null;
    return Math.abs(Number(one.right) - insn.imm) <= 1 ? one.left : null;
  }

  // `i` of a copy to r0 that the source has as `return i;`.
  #returnedVariable(pc: number, regno: number): string | null {
    const { code, dst, src } = this.text.program.insns[pc]!;
    const copies = (classOf(code) === 4 || classOf(code) === 7) && opOf(code) === BPF_MOV && isRegisterSource(code);
    if (!copies || dst !== 0 || src !== regno || this.at(pc) === null) return null;
    return /^return ([A-Za-z_]\w*);$/.exec(this.text.sourceLine(pc))?.[1] ?? null;
  }

  /**
   * Whose next an instruction calls: the iterator by its variable, else the one that its elements go to (`bpf_for` hides the iterator); null where the
   * source names neither.
   */
  iterated(pc: number): string | null {
    if (this.text.iteratorMethod(pc) !== 'next') return null;
    const own = this.text.addressedVariable(pc);
    const at = this.at(pc);
    if (own !== undefined || at === null) return own ?? null;
    const counts = at.line.line.startsWith('bpf_for(', at.col - 1);
    return (counts ? at.line.firstArgument(at.col) : this.expression(pc)?.variable) ?? null;
  }

  /** Name of the iterator whose next an instruction calls, where the program has more than one and the source names it; null otherwise. */
  iterator(pc: number): string | null {
    if (this.#iterators === null) {
      this.#iterators = new Map();
      for (let i = 0; i < this.text.program.insns.length; i++)
        if (this.text.iteratorMethod(i) === 'next') {
          const name = this.text.addressedVariable(i);
          if (name !== undefined) this.#iterators.set(i, name);
        }
    }
    return new Set(this.#iterators.values()).size < 2 ? null : (this.#iterators.get(pc) ?? null);
  }

  /** Name of what lies at an offset of a value of the map: `depth`, or of a global variable: `tab`. */
  inMap(map: number, off: number): string | null {
    const def = this.text.object.maps[map];
    const { btf } = this.text.object;
    if (def === undefined || btf === null || off < 0) return null;
    return pathIn(btf, def.btfValueTypeId, off);
  }

  #loadName(value: Value, pc: number, from: Extract<Value['from'], { kind: 'load' }>): string | null {
    const found = this.expression(pc);
    const field = this.#field(value, from);
    const at = this.at(pc);
    if (at !== null && from.base.from.kind === 'call') {
      // `bpf_for(i, …)` reads the element that next gave into its first argument.
      const name = this.text.callee(from.base.pc) ?? '';
      if (this.text.iteratorMethod(from.base.pc) === 'next') {
        const counter = at.line.firstArgument(at.col);
        if (counter !== null) return counter;
      }
      if (found !== null && found.text.startsWith(`${name}(`)) return field;
    }
    if (found === null || !PLACE.test(found.text)) return field;
    const last = field?.split(/\.|\[/)[0];
    if (last !== undefined && !found.text.includes(last)) return field;
    return found.variable ?? found.text;
  }

  // The field that a load reads, by the type of what it reads from.
  #field(value: Value, from: Extract<Value['from'], { kind: 'load' }>): string | null {
    if (from.base.from.kind === 'address')
      return this.inMap(from.base.from.map, Math.max(0, from.base.from.off) + from.off);
    const insn = this.text.program.insns[value.pc];
    if (insn === undefined || value.step === 0) return null;
    const cursor = this.trace.cursor(value.step);
    const reg = this.trace.data.values.getReg(cursor.regs[(cursor.depth - 1) * REGS + insn.src]!);
    if (reg === null || !reg.scalar.isConst) return null;
    if (baseType(reg.type) === PTR_TO_MAP_VALUE && reg.map !== null) {
      const map = this.text.object.maps.indexOf(reg.map);
      return map < 0 ? null : this.inMap(map, reg.off + Number(reg.scalar.value) + from.off);
    }
    if (baseType(reg.type) === PTR_TO_BTF_ID && reg.btfOf === 0 && this.text.kernelBtf !== null)
      return pathIn(this.text.kernelBtf, reg.btfId, reg.off + from.off);
    return null;
  }

  #parameter(subprog: number, reg: number): string | null {
    const { btf } = this.text.object;
    if (btf === null || reg === 0 || reg > 5) return null;
    const info = this.text.program.funcInfo[subprog];
    const func = info === undefined ? undefined : btf.type(info.typeId);
    const proto = func?.kind === 'func' ? btf.type(func.type) : undefined;
    if (proto?.kind !== 'func_proto') return null;
    return proto.params[reg - 1]?.name || null;
  }

  // Names of places on the stack, by subprogram and offset: from stores and loads, and from the addresses that calls are given.
  #findSlots(): Map<string, string> {
    const { trace, text } = this;
    const { insns } = text.program;
    const names = new Map<string, string>();
    const set = (subprog: number, off: number, name: string | null, better: boolean): void => {
      if (name === null || !/^[A-Za-z_][\w.[\]]*$/.test(name)) return;
      const key = `${subprog} ${off}`;
      if (better || !names.has(key)) names.set(key, name);
    };
    insns.forEach((insn, i) => {
      const cls = classOf(insn.code);
      const at = this.at(i);
      if (at === null) return;
      if ((cls === BPF_ST || cls === BPF_STX) && insn.dst === 10)
        set(text.subprogOf(i), insn.off, at.line.target(at.col), false);
      else if (cls === BPF_LDX && insn.src === 10)
        set(text.subprogOf(i), insn.off, at.line.expression(at.col)?.text ?? null, false);
    });
    const first = new Map<number, number>();
    for (let step = 1; step <= trace.steps && first.size < insns.length; step++) {
      const pc = trace.pc(step);
      if (!first.has(pc)) first.set(pc, step);
    }
    // The address of a variable, as a call's argument.
    const bases = new Map<string, string>();
    for (const [pc, step] of first) {
      const insn = insns[pc]!;
      if (insn.code !== CALL) continue;
      const line = text.sourceLine(pc);
      const cursor = trace.cursor(step);
      const args = argumentsOf(line, text.callee(pc) ?? '');
      for (let r = 1; r <= 5; r++) {
        const name = /^(?:\([^()]*\)\s*)?&\s*([A-Za-z_][\w.]*)$/.exec(args[r - 1] ?? '')?.[1];
        const plain = /^[A-Za-z_]\w*$/.exec(args[r - 1] ?? '')?.[0];
        const slot = slotBehind(trace, cursor, r, 0);
        if (slot === null || (name === undefined && plain === undefined)) continue;
        const subprog = cursor.subprogs[slot.frame] ?? 0;
        const off = offsetBehind(trace, cursor.regs[(cursor.depth - 1) * REGS + r]!);
        if (off === null) continue;
        if (name !== undefined) {
          bases.set(`${slot.frame} ${off}`, name);
          set(subprog, off, name, !names.has(`${subprog} ${off}`));
        } else if (plain !== undefined) set(subprog, off, plain, false);
      }
    }
    // Members, through pointers to such a variable: `a->n` of the function that was handed `&a`.
    for (const [pc, step] of first) {
      const insn = insns[pc]!;
      const cls = classOf(insn.code);
      if (cls !== BPF_LDX && cls !== BPF_STX && cls !== BPF_ST) continue;
      const through = cls === BPF_LDX ? insn.src : insn.dst;
      if (through === 10) continue;
      const cursor = trace.cursor(step);
      const slot = slotBehind(trace, cursor, through, insn.off);
      const start = slot === null ? null : offsetBehind(trace, cursor.regs[(cursor.depth - 1) * REGS + through]!);
      const at = this.at(pc);
      if (slot === null || start === null || at === null) continue;
      const path = cls === BPF_LDX ? at.line.expression(at.col)?.text : at.line.target(at.col);
      const base = bases.get(`${slot.frame} ${start}`);
      const member = /^\w+->(.+)$/.exec(path ?? '')?.[1];
      if (base !== undefined) {
        const name = member !== undefined ? `${base}.${member}` : /^\*\s*\w+$/.test(path ?? '') ? base : null;
        set(cursor.subprogs[slot.frame] ?? 0, start + insn.off, name, true);
      }
    }
    return names;
  }
}

function offsetBehind(trace: Trace, id: number): number | null {
  const reg = trace.data.values.getReg(id);
  return reg === null || !reg.scalar.isConst ? null : Number(BigInt.asIntN(64, reg.scalar.value)) + reg.off;
}

/** The arguments of a call in a line, as they are written. */
function argumentsOf(line: string, callee: string): string[] {
  const start = callee === '' ? -1 : line.search(new RegExp(`\\b${callee}\\s*\\(`));
  if (start < 0) return [];
  const args: string[] = [];
  let depth = 0;
  let from = line.indexOf('(', start) + 1;
  for (let at = from - 1; at < line.length; at++) {
    const c = line[at]!;
    if (c === '(' || c === '[') depth++;
    else if (c === ')' || c === ']') depth--;
    if ((c === ',' && depth === 1) || depth === 0) {
      args.push(line.slice(from, at).trim());
      from = at + 1;
    }
    if (depth === 0) break;
  }
  return args;
}

/** The name of what lies at an offset of a type: `depth`, `lat[3]`, `pos.x`; null where nothing begins. */
export function pathIn(btf: Btf, typeId: number, off: number): string | null {
  let path = '';
  let id = typeId;
  let at = off;
  for (let depth = 0; depth < 16 && id > 0 && id < btf.count; depth++) {
    const type = btf.skipModifiers(id);
    if (type.kind === 'datasec') {
      const found = type.vars.find((v) => v.offset <= at && at < v.offset + Math.max(1, v.size));
      const variable = found === undefined ? undefined : btf.type(found.type);
      if (found === undefined || variable?.kind !== 'var') return null;
      path = variable.name;
      at -= found.offset;
      id = variable.type;
    } else if (type.kind === 'struct' || type.kind === 'union') {
      const member = type.members.find((m) => {
        const size = m.bitSize > 0 ? Math.ceil(m.bitSize / 8) : btf.sizeOf(m.type);
        return m.bitOffset / 8 <= at && at < m.bitOffset / 8 + Math.max(1, size);
      });
      if (member === undefined) return path === '' ? null : path;
      if (member.name !== '') path = path === '' ? member.name : `${path}.${member.name}`;
      at -= Math.floor(member.bitOffset / 8);
      id = member.type;
    } else if (type.kind === 'array') {
      const size = btf.sizeOf(type.type);
      if (size === 0) return path === '' ? null : path;
      path += `[${Math.floor(at / size)}]`;
      at %= size;
      id = type.type;
    } else return path === '' ? null : path;
  }
  return path === '' ? null : path;
}
