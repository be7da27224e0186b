import type { Btf } from '../btf/btf.ts';
import type { BpfObject, BpfProgram } from '../elf/object.ts';
import { ITERATOR_METHODS } from '../kernel/iterators/index.ts';
import { SimMachine } from '../kernel/sim-machine.ts';
import type { RunView } from '../trace/view.ts';
import type { Callee, CallResolver } from '../vm/interpreter.ts';
import { Interpreter } from '../vm/interpreter.ts';
import { kernelResolver } from '../vm/resolver.ts';

/** Run steps that are kept for the instruments. */
const MAX_STEPS = 10_000;
/** Instructions after which a run is stopped: a program that was not verified may never end. */
const STEP_LIMIT = 200_000_000;
/** Bytes of context that a program without one of its own is given, all zero. */
const CTX_SIZE = 512;

interface Live {
  readonly name: string;
  readonly address: number;
  readonly ref: number;
}

/** Runs a program once on a fresh machine, keeping its first steps and what it leaves behind. */
export function runProgram(program: BpfProgram, object: BpfObject, kernelBtf: Btf, clock: () => number): RunView {
  const machine = new SimMachine();
  machine.createMaps(object.maps);
  const live = new Map<number, Live>();
  let refs = 0;
  const watched = (name: string, callee: Callee): Callee => {
    const method = ITERATOR_METHODS.get(name);
    const run = callee.run;
    if (method === undefined || run === undefined) return callee;
    return {
      name,
      run(m, regs) {
        const address = regs[2]!;
        if (method.method === 'new') live.set(address, { name: `iter_${method.iterator.name}`, address, ref: ++refs });
        if (method.method === 'destroy') live.delete(address);
        run(m, regs);
      },
    };
  };
  const kernel = kernelResolver((id) => (id === 0 ? undefined : kernelBtf.type(id).name));
  const resolver: CallResolver = {
    ...kernel,
    callKfunc(id, off) {
      const callee = kernel.callKfunc(id, off);
      return callee === undefined ? undefined : watched(callee.name, callee);
    },
  };
  const interpreter = new Interpreter(program, machine, resolver);
  const steps: { pc: number; regs: string[] }[] = [];
  const begun = clock();
  const result = interpreter.run({
    ctx: new Uint8Array(CTX_SIZE),
    stepLimit: STEP_LIMIT,
    onStep(pc, regs) {
      if (steps.length >= MAX_STEPS) return;
      const texts: string[] = [];
      for (let r = 0; r <= 10; r++) texts.push(wordText(regs[2 * r]!, regs[2 * r + 1]!));
      steps.push({ pc, regs: texts });
    },
  });
  const durationNs = Math.round((clock() - begun) * 1000);
  const leaks = [...live.values()].map(({ name, address, ref }) => {
    const frame = interpreter.stacks.findIndex((at) => address >= at && address < at + 512);
    const place = frame < 0 ? '' : ` at fp-${interpreter.stacks[frame]! + 512 - address}`;
    return `reference ${ref} (${name}${place}) was never released`;
  });
  return {
    ok: result.fault === undefined,
    // BPF_PROG_TEST_RUN gives the low 32 bits.
    retval: String(Number(BigInt.asUintN(32, result.retval))),
    insns: result.insns,
    durationNs,
    engine: 'interp',
    printk: result.printk,
    leaks,
    ...(result.fault === undefined ? {} : { fault: `${result.fault.reason} (instruction ${result.fault.pc})` }),
    steps,
  };
}

// Small numbers in decimal, the rest in hexadecimal, as both words of a register.
function wordText(lo: number, hi: number): string {
  if (hi === 0 && lo >= 0 && lo < 65_536) return String(lo);
  if (hi === -1 && lo < 0 && lo > -65_536) return String(lo);
  const low = (lo >>> 0).toString(16);
  return hi === 0 ? `0x${low}` : `0x${(hi >>> 0).toString(16)}${low.padStart(8, '0')}`;
}
