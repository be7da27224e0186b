import type { Btf } from '../btf/btf.ts';
import { assembleWithLines } from '../isa/asm.ts';
import type { Assembly } from '../isa/asm.ts';
import { disasmText } from '../isa/disasm.ts';
import { helperId, helperName } from '../isa/helper-names.ts';
import type { Insn } from '../isa/insn.ts';
import {
  BPF_PSEUDO_CALL,
  BPF_PSEUDO_FUNC,
  BPF_PSEUDO_KFUNC_CALL,
  BPF_PSEUDO_MAP_FD,
  BPF_PSEUDO_MAP_VALUE,
  CALL,
  LDDW,
} from '../isa/opcodes.ts';
import { InputError } from '../base/errors.ts';
import { calls } from './calls.ts';
import { targetOf } from './correspondence.ts';
import type { BpfObject, BpfProgram } from './object.ts';

/**
 * A program as assembly that a person can change: jumps lead to labels, functions have their names, calls no numbers, and what the instructions were
 * made from stands above them as comments (`; 14: while (…)`). It assembles to the same instructions.
 * @param functions names of functions by their first instruction
 * @throws InputError for a program with instructions that no assembly stands for
 */
export function editableText(
  program: BpfProgram,
  object: BpfObject,
  kernelBtf: Btf,
  functions: ReadonlyMap<number, string> = new Map(),
): string {
  const { insns } = program;
  const labels = labelsOf(insns, functions, kernelBtf);
  const comments = new Map(program.lineInfo.map(({ insn, line, text }) => [insn, `; ${line}: ${text.trim()}`]));
  const lines: string[] = [];
  for (let i = 0; i < insns.length; i++) {
    const insn = insns[i]!;
    const label = labels.get(i);
    if (label !== undefined) lines.push(`${label}:`);
    const comment = comments.get(i);
    if (comment !== undefined && comment !== lines.at(-1)) lines.push(comment);
    const text = disasmText(insn, insns[i + 1], {
      index: i,
      dialect: 'asm',
      labelAt: (at) => labels.get(at),
      calleeText: (called) => calleeText(called, kernelBtf),
    });
    lines.push(`  ${text}${mapName(insn, object)}`);
    if (insn.code === LDDW) i++;
  }
  const text = `${lines.join('\n')}\n`;
  mustBeSame(text, insns, kernelBtf);
  return text;
}

function labelsOf(
  insns: readonly Insn[],
  functions: ReadonlyMap<number, string>,
  kernelBtf: Btf,
): ReadonlyMap<number, string> {
  const targets = new Set<number>();
  const entered = new Set<number>();
  insns.forEach((insn, i) => {
    if (insn.code === 0) return;
    const to = targetOf(insn, i);
    // Into the middle of a load no label leads.
    if (to === undefined || to < 0 || to >= insns.length || insns[to]!.code === 0) return;
    targets.add(to);
    if ((insn.code === CALL && insn.src === BPF_PSEUDO_CALL) || (insn.code === LDDW && insn.src === BPF_PSEUDO_FUNC))
      entered.add(to);
  });
  const labels = new Map<number, string>();
  // A helper's or a called kernel function's name means that.
  const taken = new Set(insns.map((insn) => (insn.code === CALL ? calleeText(insn, kernelBtf) : undefined)));
  for (const at of [...targets].sort((a, b) => a - b)) {
    const own = entered.has(at) ? functions.get(at)?.replace(/[^\w.$]/g, '_') : undefined;
    const usable = own !== undefined && /^[A-Za-z_]/.test(own) && !taken.has(own) && helperId(own) === undefined;
    const label = usable ? own : `L${at}`;
    taken.add(label);
    labels.set(at, label);
  }
  return labels;
}

// The name alone where it stands for the same number.
function calleeText(insn: Insn, kernelBtf: Btf): string | undefined {
  if (insn.src === 0) {
    const name = helperName(insn.imm);
    return name === undefined || !name.startsWith('bpf_') ? undefined : name;
  }
  if (insn.src !== BPF_PSEUDO_KFUNC_CALL || insn.off !== 0 || insn.imm <= 0 || insn.imm >= kernelBtf.count)
    return undefined;
  const { name } = kernelBtf.type(insn.imm);
  return kernelBtf.find('func', name) === insn.imm && helperId(name) === undefined ? name : undefined;
}

function mapName(insn: Insn, { maps }: BpfObject): string {
  if (insn.code !== LDDW || (insn.src !== BPF_PSEUDO_MAP_FD && insn.src !== BPF_PSEUDO_MAP_VALUE)) return '';
  const map = maps[insn.imm];
  return map === undefined ? '' : `  ; ${map.name}`;
}

function assembled(text: string, kernelBtf: Btf): Assembly {
  try {
    return assembleWithLines(text, calls(kernelBtf));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`it can't be written as assembly: ${error.reason}`);
  }
}

// Whatever stands in the object: a text that means another program is never shown.
function mustBeSame(text: string, insns: readonly Insn[], kernelBtf: Btf): void {
  const { insns: made, lines } = assembled(text, kernelBtf);
  const differs = insns.findIndex((insn, i) => {
    const other = made[i];
    return (
      other === undefined ||
      insn.code !== other.code ||
      insn.dst !== other.dst ||
      insn.src !== other.src ||
      insn.off !== other.off ||
      insn.imm !== other.imm
    );
  });
  if (differs < 0 && made.length === insns.length) return;
  const at = differs < 0 ? insns.length : differs;
  const line = text.split('\n')[(lines[at] ?? 0) - 1]?.trim() ?? '';
  throw new InputError(
    `it can't be written as assembly: ${line === '' ? 'it ends' : `"${line}" would stand`} where the program has opcode 0x${insns[at]?.code.toString(16) ?? ''}`,
    `instruction ${at}`,
  );
}
