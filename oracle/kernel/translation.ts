import { readFileSync } from 'node:fs';
import type { BpfProgram } from '../../core/elf/object.ts';
import { imm64Of } from '../../core/isa/disasm.ts';
import { helperName } from '../../core/isa/helper-names.ts';
import { isHelperCall, isKfuncCall, isLoadImm64, isSubprogCall } from '../../core/isa/insn-kinds.ts';
import type { Insn } from '../../core/isa/insn.ts';
import { BPF_PSEUDO_FUNC, BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_VALUE } from '../../core/isa/opcodes.ts';
import { translatedText } from '../../core/verifier/index.ts';
import type { Symbolic, TranslatedInsn } from '../../core/verifier/index.ts';
import type { KernelObject } from './load.ts';

// Programs as the running kernel rewrote them, in the words of the model's.

/** The kernel's symbols by address. */
function kernelSymbols(): { readonly at: ReadonlyMap<bigint, readonly string[]>; readonly base: bigint } {
  const at = new Map<bigint, string[]>();
  let base = 0n;
  for (const line of readFileSync('/proc/kallsyms', 'utf8').split('\n')) {
    const [address = '', , name = '', module] = line.split(/\s+/);
    if (module !== undefined && module !== '') continue;
    const where = BigInt(`0x${address || '0'}`);
    at.set(where, [...(at.get(where) ?? []), name]);
    if (name === '__bpf_call_base') base = where;
  }
  if (base === 0n) throw new Error('/proc/kallsyms shows no addresses: ask as root, with kernel.kptr_restrict below 2');
  return { at, base };
}

let known: ReturnType<typeof kernelSymbols> | null = null;
const symbolsHere = (): ReturnType<typeof kernelSymbols> => (known ??= kernelSymbols());
const MOV_IMM = 0xb7;
const MOV = 0xbf;
/** Offset of a move that makes an address one of this CPU's. */
const PER_CPU = -1;
const LINEAR = 0xffff_8000_0000_0000n;
const IMAGE = 0xffff_ffff_8000_0000n;

const called = (insn: Insn): string => {
  const names = symbolsHere().at.get(symbolsHere().base + BigInt(insn.imm));
  // Some helpers stand beside the functions that they call.
  return names?.[0] ?? helperName(insn.imm) ?? `#${insn.imm}`;
};

/** What an address in the program is of; null for a plain number. */
function addressOf(value: bigint): Symbolic | null {
  if (value < LINEAR) return null;
  const name = value >= IMAGE ? symbolsHere().at.get(value)?.[0] : undefined;
  return { kind: 'address', name: name ?? 'memory' };
}

/** What a program's instructions are compared with: its maps, and the numbers that it loads itself. */
interface Own {
  readonly maps: ReadonlyMap<number, string>;
  readonly numbers: ReadonlySet<bigint>;
}

function symbolOf(insn: Insn, next: Insn | undefined, { maps, numbers }: Own): Symbolic | null {
  if (isSubprogCall(insn)) return { kind: 'subprogram', name: String(insn.imm) };
  if (isHelperCall(insn) || isKfuncCall(insn)) return { kind: 'function', name: called(insn) };
  // The number of the CPU is the only per-CPU variable that calls are written out for; /proc/kallsyms has no such variables.
  if (insn.code === MOV_IMM && next?.code === MOV && next.off === PER_CPU)
    return { kind: 'address', name: 'cpu_number' };
  if (!isLoadImm64(insn)) return null;
  if (insn.src === BPF_PSEUDO_MAP_FD) return { kind: 'map', name: maps.get(insn.imm) ?? '?' };
  if (insn.src === BPF_PSEUDO_MAP_VALUE) return { kind: 'map-value', name: maps.get(insn.imm) ?? '?' };
  if (insn.src === BPF_PSEUDO_FUNC) return { kind: 'subprogram', name: '' };
  const value = imm64Of(insn, next);
  return numbers.has(value) ? null : addressOf(value);
}

/** A rewritten program as text, an instruction a line. */
function linesOf(insns: readonly Insn[], own: Own): string[] {
  const all = insns.map((insn, i): TranslatedInsn => ({
    insn,
    from: -1,
    why: null,
    symbol: insn.code === 0 ? null : symbolOf(insn, insns[i + 1], own),
  }));
  return all.flatMap((one, i) =>
    one.insn.code === 0 ? [] : [translatedText(one, all[i + 1]).replace(/(call pc[+-]\d+)#.*/, '$1')],
  );
}

/** What the running kernel makes of a program, an instruction a line. @throws BpfError when it is refused */
export function kernelTranslation(kernel: KernelObject, program: BpfProgram): string[] {
  const { insns } = program;
  const numbers = insns.flatMap((insn, i) =>
    isLoadImm64(insn) && insn.src === 0 ? [imm64Of(insn, insns[i + 1])] : [],
  );
  return linesOf(kernel.translated(program), { maps: kernel.mapNames(), numbers: new Set(numbers) });
}

/** What the model makes of it, as far as the kernel's lines can be compared: addresses without a symbol and names of functions are left out. */
export function comparableTranslation(insns: readonly TranslatedInsn[], wanted: readonly string[]): string[] {
  return insns
    .flatMap((one, i) => (one.insn.code === 0 ? [] : [translatedText(one, insns[i + 1])]))
    .map((line, i) => comparable(line, wanted[i] ?? ''));
}

const UNNAMED = '= &memory';

function comparable(line: string, wanted: string): string {
  if (wanted.endsWith(UNNAMED)) return line.replace(/= &.*/, UNNAMED);
  return line.replace(/(call pc[+-]\d+)#.*/, '$1');
}
