import type { Btf } from '../../btf/btf.ts';
import type { BpfObject, BpfProgram } from '../../elf/object.ts';
import { disasmText } from '../../isa/disasm.ts';
import type { Insn } from '../../isa/insn.ts';
import { helperName } from '../../isa/helper-names.ts';
import { isHelperCall, isJump, jumpOffset } from '../../isa/insn-kinds.ts';
import { BPF_JA, BPF_PSEUDO_CALL, BPF_PSEUDO_KFUNC_CALL, CALL, EXIT, MAY_GOTO, opOf } from '../../isa/opcodes.ts';
import { addressedArgument } from '../explain/c-source.ts';
import { sourceFit } from './source-fit.ts';
import type { InsnLine, SourceFile } from '../views/view.ts';
import type { Trace } from '../record/trace.ts';
import type { CallbackPasses } from '../../kernel/catalogue/descriptor.ts';
import type { KernelModel } from '../../kernel/model.ts';

/** Program types as veristat names them, and the short names of the header. */
const PROG_TYPES: Readonly<Record<number, string>> = {
  0: 'unspec',
  1: 'socket',
  2: 'kprobe',
  3: 'tc',
  4: 'action',
  5: 'tracepoint',
  6: 'xdp',
  7: 'perf_event',
  8: 'cgroup_skb',
  9: 'cgroup_sock',
  13: 'sock_ops',
  14: 'sk_skb',
  15: 'cgroup_dev',
  16: 'sk_msg',
  17: 'raw_tp',
  18: 'cgroup_sock_addr',
  22: 'flow_dissector',
  23: 'cgroup_sysctl',
  24: 'raw_tp.w',
  25: 'cgroup_sockopt',
  26: 'tracing',
  27: 'struct_ops',
  28: 'ext',
  29: 'lsm',
  30: 'sk_lookup',
  31: 'syscall',
  32: 'netfilter',
};

/** Short name of a program type. */
export const progTypeName = (type: number): string => PROG_TYPES[type] ?? `type ${type}`;

/** Longest source line that is quoted whole in a sentence. */
const MAX_QUOTE = 56;

export interface Subprog {
  readonly name: string;
  readonly start: number;
}

// A call's text ends in the number of what is called; where that has no name, the number stays.
function withoutNumber(insn: Insn, text: string): string {
  const number = `#${insn.imm}`;
  const named = text.length > 'call '.length + number.length;
  return insn.code === CALL && named && text.endsWith(number) ? text.slice(0, -number.length) : text;
}

/** A program with what its text needs: names of functions, source lines, the listing. */
export class ProgramText {
  /** The kernel's text of every instruction without index and opcode; calls without their number. */
  readonly texts: readonly string[];
  readonly kernelBtf: Btf | null;
  readonly subprogs: readonly Subprog[];
  readonly sources: readonly SourceFile[];
  #goesBack: boolean | undefined;
  readonly #lines: readonly { readonly source: number; readonly line: number; readonly text: string }[];

  constructor(
    readonly program: BpfProgram,
    readonly object: BpfObject,
    /** The kernel that it is meant for; null where none is known, and then kernel functions have no names. */
    readonly kernel: KernelModel | null,
    /** Source texts by file name (the last part of their path), as far as they are known; those that do not fit are left out. */
    known: ReadonlyMap<string, string> = new Map(),
  ) {
    const { insns } = program;
    this.kernelBtf = kernel?.btf ?? null;
    this.texts = insns.map((insn, i) =>
      insn.code === 0
        ? ''
        : withoutNumber(insn, disasmText(insn, insns[i + 1], { index: i, callName: () => this.calls(i) })),
    );
    this.subprogs = this.#findSubprogs();
    const files: { name: string; lines: string[] }[] = [];
    const lines: { source: number; line: number; text: string }[] = [];
    const infos = [...program.lineInfo].sort((a, b) => a.insn - b.insn);
    let next = 0;
    let current = { source: -1, line: 0, text: '' };
    for (let i = 0; i < insns.length; i++) {
      while (next < infos.length && infos[next]!.insn <= i) {
        const info = infos[next++]!;
        const name = withoutDots(info.file);
        let source = files.findIndex((file) => file.name === name);
        if (source < 0) source = files.push({ name, lines: [] }) - 1;
        files[source]!.lines[info.line - 1] = info.text;
        current = { source, line: info.line, text: info.text.trim() };
      }
      lines.push(current);
    }
    this.#lines = lines;
    this.sources = files.map((file) => {
      const text = known.get(baseName(file.name));
      const told = file.lines.flatMap((line, i) => (line === undefined ? [] : [{ line: i + 1, text: line }]));
      const fit = text === undefined ? null : sourceFit(text, told);
      if (text !== undefined && fit?.refused === '') {
        const { different } = fit;
        return { name: file.name, text, complete: true, ...(different.length === 0 ? {} : { different }) };
      }
      return { name: file.name, text: Array.from(file.lines, (line) => line ?? '').join('\n'), complete: false };
    });
  }

  /** Which arguments of a helper its callback gets, by the callback's parameter; empty for a call of anything else. */
  callbackPasses(insn: Insn): CallbackPasses {
    const helper = isHelperCall(insn) ? this.kernel?.helpers.find(insn.imm) : undefined;
    return helper?.callback?.passes ?? {};
  }

  /** Name of the kernel function that an instruction calls, if it calls one. */
  calls(insn: number): string | undefined {
    const code = this.program.insns[insn];
    if (code?.code !== CALL || code.src !== BPF_PSEUDO_KFUNC_CALL) return undefined;
    // The number is the program's word: it may name nothing.
    if (this.kernelBtf === null || code.imm <= 0 || code.imm >= this.kernelBtf.count) return undefined;
    return this.kernelBtf.type(code.imm).name;
  }

  /** The method of an open-coded iterator that an instruction calls. */
  iteratorMethod(insn: number): 'new' | 'next' | 'destroy' | undefined {
    const name = this.calls(insn);
    return name === undefined ? undefined : this.kernel?.kfuncs.find(name)?.iterator?.method;
  }

  /** True for an instruction that goes one of two ways by what it compares. */
  isConditionalJump(insn: number): boolean {
    const at = this.program.insns[insn];
    return at !== undefined && isJump(at) && opOf(at.code) !== BPF_JA && ![CALL, EXIT, MAY_GOTO].includes(at.code);
  }

  /** True when some jump leads backwards: the program may go round. */
  get goesBack(): boolean {
    return (this.#goesBack ??= this.program.insns.some(
      (insn) => isJump(insn) && insn.code !== CALL && insn.code !== EXIT && jumpOffset(insn) < 0,
    ));
  }

  /** Name of the function that an instruction calls: a kernel function, a helper, or one of the program's own. */
  callee(insn: number): string | undefined {
    const code = this.program.insns[insn];
    if (code === undefined || code.code !== CALL) return undefined;
    switch (code.src) {
      case BPF_PSEUDO_KFUNC_CALL:
        return this.calls(insn);
      case BPF_PSEUDO_CALL:
        return this.subprogs.find(({ start }) => start === insn + code.imm + 1)?.name;
      default:
        return helperName(code.imm);
    }
  }

  /** The source file's name without its folders; empty if unknown. */
  fileName(insn: number): string {
    return baseName(this.sources[this.#lines[insn]?.source ?? -1]?.name ?? '');
  }

  /** Where an instruction is, for a sentence: ``line 12, `x = 1;` ``, or its number where no line is known. */
  place(insn: number): string {
    const line = this.sourceLine(insn);
    // A function written on one line, as assembly often is: the line would say nothing of where in it.
    if (line === '' || this.#onOneLine(insn)) return `instruction ${insn}`;
    const short = line.length <= MAX_QUOTE ? line : `${line.slice(0, MAX_QUOTE - 1).trimEnd()}…`;
    return `line ${this.lineNumber(insn)}, \`${short}\``;
  }

  /** Where an instruction is, in short: `line 12`, or `instruction 7` where the line would say nothing. */
  shortPlace(insn: number): string {
    return this.sourceLine(insn) === '' || this.#onOneLine(insn)
      ? `instruction ${insn}`
      : `line ${this.lineNumber(insn)}`;
  }

  #onOneLine(insn: number): boolean {
    const { start } = this.subprogs[this.subprogOf(insn)] ?? { start: 0 };
    const end = Math.min(...this.subprogs.map((sub) => sub.start).filter((s) => s > start), this.#lines.length);
    const { source, line } = this.#lines[insn]!;
    for (let i = start; i < end; i++)
      if (this.#lines[i]!.line !== line || this.#lines[i]!.source !== source) return false;
    return end - start > 2;
  }

  /** The source line of an instruction, trimmed; empty if unknown. */
  sourceLine(insn: number): string {
    return this.#lines[insn]?.text ?? '';
  }

  /** The source line's number, 0 if unknown. */
  lineNumber(insn: number): number {
    return this.#lines[insn]?.line ?? 0;
  }

  subprogOf(insn: number): number {
    let at = 0;
    this.subprogs.forEach((sub, i) => {
      if (sub.start <= insn) at = i;
    });
    return at;
  }

  /** The C variable that a constructor or method call at `insn` is given the address of, if its source line says so. */
  addressedVariable(insn: number): string | undefined {
    const name = this.calls(insn);
    return name === undefined ? undefined : addressedArgument(this.sourceLine(insn), name);
  }

  /** The listing for the source pane. */
  listing(trace: Trace): InsnLine[] {
    const forks = new Set(trace.data.forks.map((fork) => fork.pc));
    const checkpoints = new Set(trace.data.checkpoints.map((checkpoint) => checkpoint.pc));
    return this.texts.map((text, index) => ({
      index,
      text,
      source: this.#lines[index]!.source,
      line: this.#lines[index]!.line,
      subprog: this.subprogOf(index),
      forks: forks.has(index),
      checkpoints: checkpoints.has(index),
    }));
  }

  #findSubprogs(): Subprog[] {
    const { program, object } = this;
    if (program.funcInfo.length > 0 && object.btf !== null)
      return program.funcInfo.map((info) => ({ name: object.btf!.type(info.typeId).name, start: info.insn }));
    const starts = new Set([0]);
    program.insns.forEach((insn, i) => {
      if ((insn.code === 0x85 && insn.src === 1) || (insn.code === 0x18 && insn.src === 4))
        starts.add(i + 1 + insn.imm);
    });
    return [...starts]
      .sort((a, b) => a - b)
      .map((start) => ({ name: start === 0 ? program.name : `function at ${start}`, start }));
  }
}

/** A path without the `./` that it begins with. */
function withoutDots(path: string): string {
  let rest = path;
  while (rest.startsWith('./')) rest = rest.slice(2);
  return rest;
}

/** The last part of a path. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
