import { Unsupported } from '../../core/base/errors.ts';
import type { Btf } from '../../core/btf/btf.ts';
import type { BpfObject, BpfProgram, MapDef } from '../../core/elf/object.ts';
import type { Insn } from '../../core/isa/insn.ts';
import {
  BPF_ALU64,
  BPF_CALL,
  BPF_DW,
  BPF_EXIT,
  BPF_JA,
  BPF_JMP32,
  BPF_LDX,
  BPF_MEM,
  BPF_MOV,
  BPF_MUL,
  BPF_PSEUDO_CALL,
  BPF_PSEUDO_FUNC,
  BPF_PSEUDO_KFUNC_CALL,
  BPF_PSEUDO_MAP_VALUE,
  BPF_RSH,
  BPF_W,
  BPF_X,
  BPF_XOR,
  CALL,
  classOf,
  EXIT,
  LDDW,
  opOf,
} from '../../core/isa/opcodes.ts';
import {
  MAP_ARRAY,
  MAP_ARRAY_OF_MAPS,
  MAP_HASH,
  MAP_HASH_OF_MAPS,
  MAP_LPM_TRIE,
  MAP_QUEUE,
  MAP_RINGBUF,
  MAP_STACK,
} from '../../core/kernel/catalogue/map-types.ts';
import { PROG_RAW_TRACEPOINT, PROG_SYSCALL } from '../../core/kernel/rules/programs.ts';
import { SimMachine } from '../../core/kernel/machine/sim-machine.ts';
import { verify } from '../../core/verifier/index.ts';
import { linux618 } from '../../core/kernel/releases/linux-6.18.ts';
import { createExecutor } from '../../core/vm/engines.ts';
import { predecode } from '../../core/vm/predecode.ts';
import { kernelResolver } from '../../core/vm/resolver.ts';
import { BpfError, mapSetFirst } from '../kernel/bpf-syscall.ts';
import { KernelObject } from '../kernel/load.ts';
import { Dice } from '../../core/base/dice.ts';
import { Numbers } from './inputs.ts';

/** Helpers whose result is a number from outside; the program gets one from a map instead, the same here and there. Bytes of it. */
const NUMBERS: ReadonlyMap<number, 4 | 8> = new Map([
  [5, 8], // ktime_get_ns
  [7, 4], // get_prandom_u32
  [14, 8], // get_current_pid_tgid
  [125, 8], // ktime_get_boot_ns
]);
/** Other helpers that touch nothing outside of the program and give the same everywhere: maps, ring buffers, loops, strncmp, dynptrs. */
const HARMLESS: ReadonlySet<number> = new Set([
  1, 2, 3, 87, 88, 89, 130, 131, 132, 133, 134, 164, 181, 182, 197, 198, 199, 200, 201, 202, 203,
]);
const FOR_EACH = 164;
const HARMLESS_KFUNCS =
  /^bpf_(iter_(num|bits)_|rcu_read_(un)?lock$|preempt_(en|dis)able$|dynptr_(adjust|is_null|is_rdonly|size|clone|slice)$)/;
const COMPARABLE: ReadonlySet<number> = new Set([
  MAP_ARRAY,
  MAP_HASH,
  MAP_LPM_TRIE,
  MAP_ARRAY_OF_MAPS,
  MAP_HASH_OF_MAPS,
  MAP_QUEUE,
  MAP_STACK,
  MAP_RINGBUF,
]);

const CTX_SIZE = 96;
/** Instructions of a run that the kernel is asked to repeat. */
const STEP_LIMIT = 200_000;

/** What a comparison of runs found. */
export type KernelRuns =
  | { readonly notCompared: string }
  | {
      readonly runs: number;
      readonly differ: { readonly here: number; readonly kernel: number; readonly run: number } | null;
    };

/** Runs an accepted program here and in the running kernel on the same inputs, if it may be run there and its result depends on nothing else. */
export function compareRuns(
  program: BpfProgram,
  object: BpfObject,
  kernelBtf: Btf,
  { runs, seed }: { readonly runs: number; readonly seed: number },
): KernelRuns {
  const why = refusal(program, object, kernelBtf);
  if (why !== null) return { notCompared: why };
  const accepted = ({ program, object }: Fed): boolean =>
    verify({ program, object, kernel: linux618(kernelBtf) }, { logLevel: 0 }).errno === 0;
  const fed = [true, false].map((mixed) => feed(program, object, mixed)).find(accepted);
  if (fed === undefined) return { notCompared: 'with numbers from a map it is not accepted' };
  const numbers = new Numbers(new Dice(seed), program);
  const inputs = Array.from({ length: runs }, () => {
    const ctx = new Uint8Array(CTX_SIZE);
    const data = new Uint8Array(fed.bytes);
    numbers.fill(ctx);
    numbers.fill(data);
    return { ctx, data };
  });
  // What is not written may hold anything, and addresses differ: a result that depends on them is no result to compare.
  const here = simulate(fed, kernelBtf, inputs, 0);
  if (typeof here === 'string') return { notCompared: here };
  for (const variant of [1, 2, 3]) {
    const again = simulate(fed, kernelBtf, inputs, variant);
    if (typeof again === 'string' || again.some((value, i) => value !== here[i]))
      return { notCompared: 'its result depends on addresses or on what was never written' };
  }
  let kernel: KernelObject | null = null;
  try {
    kernel = new KernelObject(fed.object);
    const there = kernel.testRun(
      fed.program,
      inputs.map(({ ctx }) => ({ ctx })),
      (input, maps) => mapSetFirst(maps[fed.map]!, inputs[input]!.data),
    );
    const run = there.findIndex((value, i) => value !== here[i]);
    return { runs, differ: run < 0 ? null : { run, here: here[run]!, kernel: there[run]! } };
  } catch (error) {
    if (error instanceof BpfError) return { notCompared: error.message };
    throw error;
  } finally {
    kernel?.close();
  }
}

/** Why a program is not run in the kernel, or why its result there would say nothing. */
function refusal(program: BpfProgram, object: BpfObject, kernelBtf: Btf): string | null {
  if (program.type !== PROG_RAW_TRACEPOINT && program.type !== PROG_SYSCALL) return 'programs of its type';
  const used = program.insns.flatMap(({ code, src, imm }) => (code === LDDW && (src === 1 || src === 2) ? [imm] : []));
  if (used.some((index) => !COMPARABLE.has(object.maps[index]?.type ?? 0))) return 'maps that are not alike everywhere';
  const hash = object.maps.some(({ type }) => type === MAP_HASH);
  for (const { code, src, imm } of program.insns) {
    if (code !== CALL) continue;
    if (src === BPF_PSEUDO_KFUNC_CALL && (imm === 0 || !HARMLESS_KFUNCS.test(kernelBtf.type(imm).name ?? '')))
      return 'kernel functions with effects';
    if (src === 0 && !NUMBERS.has(imm) && !HARMLESS.has(imm)) return 'helpers with effects';
    if (src === 0 && imm === FOR_EACH && hash) return 'the order of a hash';
  }
  return null;
}

interface Fed {
  readonly program: BpfProgram;
  readonly object: BpfObject;
  /** Index of the map that holds the numbers, and their size in bytes. */
  readonly map: number;
  readonly bytes: number;
}

/** Mixes r6 to r9 into r0: `r0 *= 31; r0 ^= r6; …`, and both halves of it into its lower one. */
const MIX: readonly Insn[] = [
  ...[6, 7, 8, 9].flatMap((src): Insn[] => [
    { code: BPF_ALU64 | BPF_MUL, dst: 0, src: 0, off: 0, imm: 31 },
    { code: BPF_ALU64 | BPF_XOR | BPF_X, dst: 0, src, off: 0, imm: 0 },
  ]),
  { code: BPF_ALU64 | BPF_MOV | BPF_X, dst: 6, src: 0, off: 0, imm: 0 },
  { code: BPF_ALU64 | BPF_RSH, dst: 6, src: 0, off: 0, imm: 32 },
  { code: BPF_ALU64 | BPF_XOR | BPF_X, dst: 0, src: 6, off: 0, imm: 0 },
];

/** Instruction at which the main program ends and the first of its functions begins. */
function mainEnd(insns: readonly Insn[]): number {
  let end = insns.length;
  insns.forEach(({ code, src, imm }, i) => {
    const calls = (code === CALL && src === BPF_PSEUDO_CALL) || (code === LDDW && src === BPF_PSEUDO_FUNC);
    if (calls && i + 1 + imm > 0) end = Math.min(end, i + 1 + imm);
  });
  return end;
}

/**
 * The program with each call for a number replaced by a load from a map that only the harness writes.
 * @param mixed  also with its last numbers mixed into what it returns, where it can be: then these are compared too
 */
function feed(program: BpfProgram, object: BpfObject, mixed: boolean): Fed {
  const map = object.maps.length;
  const place: number[] = [];
  let sites = 0;
  const { insns } = program;
  const replaced = (insn: Insn): 4 | 8 | undefined =>
    insn.code === CALL && insn.src === 0 ? NUMBERS.get(insn.imm) : undefined;
  const end = mixed ? mainEnd(insns) : 0;
  let length = 0;
  insns.forEach((insn, i) => {
    place.push(length);
    length += replaced(insn) !== undefined ? 3 : insn.code === EXIT && i < end ? MIX.length + 1 : 1;
  });
  place.push(length);
  const out: Insn[] = [];
  for (let i = 0; i < insns.length; i++) {
    const insn = insns[i]!;
    const bytes = replaced(insn);
    const moved = (to: number): number => place[to]! - place[i]! - 1;
    if (bytes !== undefined) {
      out.push({ code: LDDW, dst: 0, src: BPF_PSEUDO_MAP_VALUE, off: 0, imm: map });
      out.push({ code: 0, dst: 0, src: 0, off: 0, imm: sites++ * 8 });
      out.push({ code: BPF_LDX | BPF_MEM | (bytes === 8 ? BPF_DW : BPF_W), dst: 0, src: 0, off: 0, imm: 0 });
    } else if (insn.code === LDDW) {
      out.push(insn.src === BPF_PSEUDO_FUNC ? { ...insn, imm: moved(i + 1 + insn.imm) } : insn, insns[++i]!);
    } else if (insn.code === CALL) {
      out.push(insn.src === BPF_PSEUDO_CALL ? { ...insn, imm: moved(i + 1 + insn.imm) } : insn);
    } else if (insn.code === (BPF_JMP32 | BPF_JA)) out.push({ ...insn, imm: moved(i + 1 + insn.imm) });
    else if (jumps(insn)) out.push({ ...insn, off: moved(i + 1 + insn.off) });
    else if (insn.code === EXIT && i < end) out.push(...MIX, insn);
    else out.push(insn);
  }
  const numbers: MapDef = {
    name: 'numbers',
    type: MAP_ARRAY,
    keySize: 4,
    valueSize: Math.max(8, sites * 8),
    maxEntries: 1,
    flags: 0,
    frozen: false,
    btfKeyTypeId: 0,
    btfValueTypeId: 0,
  };
  const fed: BpfProgram = {
    ...program,
    insns: out,
    funcInfo: program.funcInfo.map((info) => ({ ...info, insn: place[info.insn]! })),
    lineInfo: program.lineInfo.map((info) => ({ ...info, insn: place[info.insn]! })),
  };
  return { program: fed, object: { ...object, maps: [...object.maps, numbers] }, map, bytes: numbers.valueSize };
}

function jumps({ code }: Insn): boolean {
  const cls = classOf(code);
  const op = opOf(code);
  return (cls === 5 || cls === BPF_JMP32) && op !== BPF_CALL && op !== BPF_EXIT;
}

/** What the runs return here, low 32 bits; or why they can't be compared. The maps live on from run to run, as the kernel's do. */
function simulate(
  { program, object, map }: Fed,
  kernelBtf: Btf,
  inputs: readonly { readonly ctx: Uint8Array; readonly data: Uint8Array }[],
  variant: number,
): number[] | string {
  const machine = new SimMachine({ programBtf: object.btf });
  // Any bytes; every bit another than the first time, so that a single one that counts shows; others; zeros, as often in a kernel's stack.
  const dice = new Dice(variant >> 1);
  const garbage = (): number => (variant === 3 ? 0 : dice.next() ^ (variant === 1 ? 0xff : 0));
  try {
    machine.allocate(8 + variant * 4096);
    machine.createMaps(object.maps);
    const kernel = linux618(kernelBtf);
    const interpreter = createExecutor({
      code: predecode(program.insns),
      machine,
      resolver: kernelResolver(kernel),
      limits: kernel.limits,
    });
    const results: number[] = [];
    for (const { ctx, data } of inputs) {
      machine.maps[map]!.map.update(new Uint8Array(4), data, 0n);
      let steps = 0;
      const { retval, fault } = interpreter.run({
        ctx,
        withoutWork: true,
        onStep() {
          if (steps++ === 0)
            interpreter.stacks.forEach((_, f) => {
              const bytes = interpreter.stackBytes(f);
              for (let i = 0; i < bytes.length; i++) bytes[i] = garbage();
            });
          if (steps > STEP_LIMIT) throw new TooLong();
        },
      });
      if (fault !== undefined) return `a fault: ${fault.reason}`;
      results.push(Number(BigInt.asUintN(32, retval)));
    }
    return results;
  } catch (error) {
    if (error instanceof TooLong) return 'long runs';
    if (error instanceof Unsupported) return error.feature;
    throw error;
  }
}

class TooLong extends Error {}
