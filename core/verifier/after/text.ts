import { kernelText } from '../../isa/disasm.ts';
import { isSubprogCall } from '../../isa/insn-kinds.ts';
import type { TranslatedInsn } from './translate.ts';

const signed = (n: number): string => (n < 0 ? String(n) : `+${n}`);

/**
 * An instruction of a rewritten program in the words of `bpftool prog dump xlated`, with the names of maps, functions and symbols where bpftool has
 * numbers of the machine at hand: `(85) call htab_map_update_elem`, `(18) r1 = map[counts][0]+8`.
 */
export function translatedText({ insn, symbol }: TranslatedInsn, next: TranslatedInsn | undefined): string {
  const code = `(${insn.code.toString(16).padStart(2, '0')})`;
  switch (symbol?.kind) {
    case undefined:
      return kernelText(insn, next?.insn);
    case 'function':
      return `${code} call ${symbol.name}`;
    case 'subprogram':
      return isSubprogCall(insn)
        ? `${code} call pc${signed(insn.off)}#${symbol.name}`
        : `${code} r${insn.dst} = subprog[${signed(insn.imm)}]`;
    case 'map':
      return `${code} r${insn.dst} = map[${symbol.name}]`;
    case 'map-value':
      return `${code} r${insn.dst} = map[${symbol.name}][0]${signed(next?.insn.imm ?? 0)}`;
    case 'address':
      return `${code} r${insn.dst} = &${symbol.name}`;
  }
}
