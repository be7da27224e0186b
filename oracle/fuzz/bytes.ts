import type { Btf } from '../../core/btf/btf.ts';
import { objectFromInsns } from '../../core/elf/from-insns.ts';
import type { BpfObject, BpfProgram, FuncInfo, LineInfo } from '../../core/elf/object.ts';
import { kernelText } from '../../core/isa/disasm.ts';
import type { Insn } from '../../core/isa/insn.ts';
import { ALL_FORMS } from '../../core/isa/table.ts';
import { AsmCase } from './asm-case.ts';
import { RAW_TP } from './setting.ts';
import type { Case, Generator } from './case.ts';
import { Dice } from '../../core/base/dice.ts';
import { Structured } from './structured.ts';
import type { Shape } from './structured.ts';

interface Infos {
  readonly btf: Btf | null;
  readonly funcInfo: readonly FuncInfo[];
  readonly lineInfo: readonly LineInfo[];
}
const NO_INFOS: Infos = { btf: null, funcInfo: [], lineInfo: [] };
const NOP: Insn = { code: 0x05, dst: 0, src: 0, off: 0, imm: 0 };

/** A program as it stands, however malformed. */
export class BytesCase implements Case {
  constructor(
    readonly insns: readonly Insn[],
    readonly infos: Infos = NO_INFOS,
  ) {}

  get lines(): readonly string[] {
    return this.insns.map((insn, i) => {
      const { code, dst, src, off, imm } = insn;
      return `${i}: ${kernelText(insn, this.insns[i + 1])}  // code ${code} dst ${dst} src ${src} off ${off} imm ${imm}`;
    });
  }

  load(): { object: BpfObject; program: BpfProgram } {
    const plain = objectFromInsns(this.insns);
    const { btf, funcInfo, lineInfo } = this.infos;
    const program = { ...plain.programs[0]!, funcInfo, lineInfo };
    return { object: { ...plain, programs: [program], btf }, program };
  }

  without(at: number, count: number): Case[] {
    const end = at + count;
    const nops = this.insns.map((insn, i) => (i >= at && i < end ? NOP : insn));
    const rest = [...this.insns.slice(0, at), ...this.insns.slice(end)];
    const out: Case[] = [];
    if (this.infos === NO_INFOS && rest.length > 0) out.push(new BytesCase(rest));
    if (this.insns.slice(at, end).some((insn) => insn !== NOP)) out.push(new BytesCase(nops, this.infos));
    if (this.infos !== NO_INFOS) out.push(new BytesCase(this.insns));
    return out;
  }

  golden(name: string): string {
    const words = this.insns.map(({ code, dst, src, off, imm }, i) => {
      const bytes = `.byte ${code}, ${(src << 4) | dst}; .short ${off}; .long ${imm};`;
      return `\t"${bytes}" /* ${kernelText({ code, dst, src, off, imm }, this.insns[i + 1])} */`;
    });
    return [
      '// SPDX-License-Identifier: GPL-2.0-only',
      '// Found by npm run fuzz. mcpu=v4',
      '#include "../iterscope.bpf.h"',
      'LICENSE;',
      `SEC("raw_tp") __naked int ${name}(void) { asm volatile(\n${words.join('\n')}\n\t::: "memory"); }`,
      '',
    ].join('\n');
  }
}

const CODES = [...new Set(ALL_FORMS.map(({ code }) => code))];

function field(dice: Dice): number {
  return dice.chance(60) ? dice.of([0, 1, -1, 2, 3, -2, 5, 8, -8, 16, 24]) : (dice.next() << 16) >> 16;
}

function immediate(dice: Dice): number {
  return dice.chance(60) ? dice.of([0, 0, 1, -1, 2, 7, 8, 16, 32, 64, 0x100, 0x110, 0xe1, 0xf1, 181]) : dice.next() | 0;
}

/** Mostly opcodes that exist, registers that exist, and small numbers; not always. */
function randomInsn(dice: Dice): Insn {
  return {
    code: dice.chance(92) ? dice.of(CODES) : dice.below(256),
    dst: dice.chance(95) ? dice.below(11) : dice.below(16),
    src: dice.chance(70) ? dice.below(3) : dice.below(dice.chance(90) ? 11 : 16),
    off: dice.chance(50) ? 0 : field(dice),
    imm: immediate(dice),
  };
}

function randomProgram(seed: number): Case {
  const dice = new Dice(seed);
  const wild = dice.chance(30);
  const insns = Array.from({ length: 1 + dice.below(wild ? 4 : 12) }, (): Insn => {
    if (!wild) return randomInsn(dice);
    const [a, b] = [dice.next(), dice.next()];
    return { code: a & 255, dst: (a >>> 8) & 15, src: (a >>> 12) & 15, off: a >> 16, imm: b | 0 };
  });
  // Without an end nothing but the end is looked at.
  if (dice.chance(85)) insns.push({ code: 0x95, dst: 0, src: 0, off: 0, imm: 0 });
  if (dice.chance(60)) insns.unshift({ code: 0xb7, dst: 0, src: 0, off: 0, imm: 0 });
  return new BytesCase(insns);
}

const VALID: Shape = {
  weights: {
    alu: 15,
    random: 5,
    copy: 5,
    links: 3,
    memory: 12,
    branch: 12,
    either: 5,
    iterate: 8,
    count: 4,
    index: 4,
    call: 8,
    loop: 4,
    bounded: 2,
    atomic: 3,
  },
  length: 25,
  functions: [50, 2],
};

/** A valid program with one to three fields changed. */
function mutant(seed: number): Case {
  const dice = new Dice(seed ^ 0x5bd1e995);
  const base = new AsmCase(new Structured(seed, VALID).program(), RAW_TP).load();
  const insns: Insn[] = [...base.program.insns];
  const times = 1 + dice.below(3);
  for (let i = 0; i < times; i++) {
    const at = dice.below(insns.length);
    const insn = insns[at]!;
    switch (dice.below(9)) {
      case 0:
        insns[at] = { ...insn, code: insn.code ^ (1 << dice.below(8)) };
        break;
      case 1:
        insns[at] = { ...insn, code: dice.of(CODES) };
        break;
      case 2:
        insns[at] = { ...insn, dst: dice.below(dice.chance(90) ? 11 : 16) };
        break;
      case 3:
        insns[at] = { ...insn, src: dice.below(dice.chance(90) ? 11 : 16) };
        break;
      case 4:
        insns[at] = { ...insn, off: field(dice) };
        break;
      case 5:
        insns[at] = { ...insn, imm: immediate(dice) };
        break;
      case 6:
        insns.splice(at, 1);
        break;
      case 7:
        insns.splice(at, 0, randomInsn(dice));
        break;
      default:
        insns.length = Math.max(1, at);
    }
    if (insns.length === 0) insns.push(NOP);
  }
  const { btf } = base.object;
  let funcInfo = [...base.program.funcInfo];
  const lineInfo: LineInfo[] = [];
  if (btf !== null) {
    if (dice.chance(20)) funcInfo = spoil(dice, funcInfo, btf);
    if (dice.chance(25))
      for (let at = 0; at < insns.length + 2; at += 1 + dice.below(4))
        lineInfo.push({ insn: dice.chance(97) ? at : dice.below(at + 2), file: 'prog', text: 'int', line: at, col: 1 });
  }
  return new BytesCase(insns, btf === null ? NO_INFOS : { btf, funcInfo, lineInfo });
}

function spoil(dice: Dice, infos: readonly FuncInfo[], btf: Btf): FuncInfo[] {
  const out = [...infos];
  const at = dice.below(out.length);
  switch (dice.below(4)) {
    case 0:
      out.splice(at, 1);
      break;
    case 1:
      out[at] = { ...out[at]!, insn: dice.below(12) };
      break;
    case 2:
      out[at] = { ...out[at]!, typeId: dice.below(btf.count + 3) };
      break;
    default:
      out.push({ insn: dice.below(20), typeId: out[at]!.typeId });
  }
  return out;
}

/** Bytes that no assembler would write, and valid programs spoilt. */
export const BYTES: readonly Generator[] = [
  { name: 'bytes', share: 6, generate: (seeds) => seeds.map(randomProgram) },
  { name: 'mutants', share: 8, generate: (seeds) => seeds.map(mutant) },
];
