import { assemble } from '../../core/isa/asm.ts';
import { SimMachine } from '../../core/kernel/machine/sim-machine.ts';
import { num } from '../../core/kernel/catalogue/iterators/num.ts';
import { parseBtf } from '../../core/btf/parse.ts';
import { BtfWriter } from '../../core/btf/writer.ts';
import { linux618 } from '../../core/kernel/releases/linux-6.18.ts';
import { createExecutor } from '../../core/vm/engines.ts';
import { predecode } from '../../core/vm/predecode.ts';

const KFUNCS = [num.new, num.next, num.destroy];

export interface InterpreterRate {
  readonly name: string;
  /** Instructions executed in one run. */
  readonly insns: number;
  /** Best of the runs. */
  readonly insnsPerSecond: number;
}

const PROGRAMS: Record<string, string> = {
  loop: `
      r0 = 0
      r1 = 4000000
    again:
      r0 += r1
      r0 ^= 0x55
      r1 += -1
      if r1 != 0x0 goto again
      exit`,
  // Copies 256 bytes of stack, eight at a time, over and over.
  memory: `
      r6 = 60000
      r0 = 0
    pass:
      r1 = r10
      r1 += -512
      r2 = r10
      r2 += -256
      r3 = 32
    copy:
      r4 = *(u64 *)(r1 +0)
      r4 += r6
      *(u64 *)(r2 +0) = r4
      r1 += 8
      r2 += 8
      r3 += -1
      if r3 != 0x0 goto copy
      r6 += -1
      if r6 != 0x0 goto pass
      r0 = *(u64 *)(r10 -8)
      exit`,
  // Sums a million numbers of the number iterator: one kernel function call for every six instructions.
  iterator: `
      r6 = 0
      r1 = r10
      r1 += -8
      r2 = 0
      r3 = 1000000
      call bpf_iter_num_new
    next:
      r1 = r10
      r1 += -8
      call bpf_iter_num_next
      if r0 == 0x0 goto drained
      r1 = *(s32 *)(r0 +0)
      r6 += r1
      goto next
    drained:
      r1 = r10
      r1 += -8
      call bpf_iter_num_destroy
      r0 = r6
      exit`,
  // Longest Collatz chain below a bound.
  collatz: `
      r6 = 1
      r0 = 0
    number:
      r1 = r6
      r2 = 0
    step:
      if r1 == 0x1 goto done
      r2 += 1
      r3 = r1
      r3 &= 1
      if r3 == 0x0 goto even
      r1 *= 3
      r1 += 1
      goto step
    even:
      r1 >>= 1
      goto step
    done:
      if r2 <= r0 goto shorter
      r0 = r2
    shorter:
      r6 += 1
      if r6 < 0x7530 goto number
      exit`,
};

const resolveCall = (name: string): { kfunc: number } => ({ kfunc: KFUNCS.findIndex((k) => k.name === name) });

/** Interpreter speed on a plain loop, memory passes, a number iterator and Collatz chains: the best of `repeat` runs each. */
export function measureInterpreter(repeat = 5): InterpreterRate[] {
  const { limits } = linux618(parseBtf(new BtfWriter().bytes()));
  return Object.entries(PROGRAMS).map(([name, text]) => {
    const interpreter = createExecutor({
      code: predecode(assemble(text, { resolveCall })),
      machine: new SimMachine(),
      resolver: { callHelper: () => undefined, callKfunc: (id) => KFUNCS[id] },
      limits,
    });
    let best = Infinity;
    let insns = 0;
    for (let i = 0; i < repeat; i++) {
      const from = performance.now();
      const result = interpreter.run();
      best = Math.min(best, performance.now() - from);
      if (result.fault !== undefined) throw new Error(`${name}: ${result.fault.reason}`);
      insns = result.insns;
    }
    return { name, insns, insnsPerSecond: (insns / best) * 1000 };
  });
}

if (process.argv[1]?.endsWith('interp.ts') === true)
  for (const { name, insns, insnsPerSecond } of measureInterpreter())
    console.log(`${name.padEnd(8)} ${insns} insns  ${(insnsPerSecond / 1e6).toFixed(0)} M insns/s`);
