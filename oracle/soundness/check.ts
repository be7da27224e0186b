import { Unsupported } from '../../core/base/errors.ts';
import type { Btf } from '../../core/btf/btf.ts';
import type { BpfObject, BpfProgram } from '../../core/elf/object.ts';
import { classOf, BPF_LDX, BPF_ST, BPF_STX } from '../../core/isa/opcodes.ts';
import { DEFAULT_WORLD } from '../../core/kernel/machine/world/default-world.ts';
import { placePacket } from '../../core/kernel/machine/packet.ts';
import { PROG_LSM, PROG_TRACING } from '../../core/kernel/rules/program-types.ts';
import { ConcreteRun, outsideText, RunFollower, WalkGraph } from '../../core/follow/index.ts';
import type { Outside } from '../../core/follow/index.ts';
import { TraceRecorder } from '../../core/trace/record/recorder.ts';
import { Stopped, verify } from '../../core/verifier/index.ts';
import {
  baseType,
  PTR_TO_BTF_ID,
  PTR_TO_PACKET,
  PTR_TO_PACKET_END,
  PTR_TO_PACKET_META,
  PTR_TO_TP_BUFFER,
  PTR_UNTRUSTED,
} from '../../core/verifier/values/reg.ts';
import type { VerifierSink } from '../../core/verifier/sink.ts';
import { createExecutor } from '../../core/vm/engines.ts';
import { IteratorWatch } from '../../core/vm/iterator-watch.ts';
import { predecode } from '../../core/vm/predecode.ts';
import { kernelResolver } from '../../core/vm/resolver.ts';
import { Dice } from '../../core/base/dice.ts';
import { kernelMistake } from './kernel-mistakes.ts';
import { iteratorContext, visited } from './iterator-context.ts';
import { Numbers, RandomMachine, randomContext, randomPacket } from './inputs.ts';
import { linux618 } from '../../core/kernel/releases/linux-6.18.ts';

export interface CheckOptions {
  readonly runs: number;
  readonly seed: number;
  /** Instructions after which a run is cut off. */
  readonly stepLimit?: number;
  /** Bytes of its recording at which a verification is given up. */
  readonly recording?: number;
  /** Puts itself between the verifier and the recorder: for a test that falsifies what was recorded. */
  readonly between?: (sink: VerifierSink) => VerifierSink;
}

/** A run that left the verifier's states, or faulted although the program was accepted. */
export interface Violation {
  readonly run: number;
  /** What tells violations of one kind from others, for shrinking. */
  readonly kind: Outside['kind'] | 'fault';
  readonly outside: Outside | null;
  readonly text: string;
}

export interface Checked {
  /** Why the program was not run: it was rejected, or is not covered. */
  readonly notRun?: 'rejected' | 'unsupported' | 'long';
  readonly runs: number;
  /** Runs that were stopped by what the machine does not model, by its name. */
  readonly unmodelled: readonly string[];
  /** Runs cut off at the step limit. */
  readonly cut: number;
  readonly steps: number;
  /** Registers and slots compared. */
  readonly compared: number;
  /** Values that pruning let go (see `RunFollower`). */
  readonly loosened: number;
  /** Runs that met one of the kernel's own mistakes, by its name. */
  readonly kernelMistakes: readonly string[];
  readonly violations: readonly Violation[];
}

const NOTHING = {
  runs: 0,
  unmodelled: [],
  cut: 0,
  steps: 0,
  compared: 0,
  loosened: 0,
  kernelMistakes: [],
  violations: [],
} as const;
const STEP_LIMIT = 20_000;
const MAX_RECORDING = 64 * 1024 * 1024;

/** Thrown out of a run at its step limit. */
class CutOff extends Error {}
/** Thrown out of a run that left the verifier's states. */
class Left extends Error {
  constructor(readonly outside: Outside) {
    super(outside.kind);
  }
}

/** Verifies a program and, if it is accepted, runs it on random inputs, each instruction's state compared with the verifier's. */
export function checkProgram(program: BpfProgram, object: BpfObject, kernelBtf: Btf, options: CheckOptions): Checked {
  const recorder = new TraceRecorder(object.maps);
  const sink = options.between?.(recorder) ?? recorder;
  const recording = options.recording ?? MAX_RECORDING;
  let result;
  try {
    result = verify(
      { program, object, kernel: linux618(kernelBtf) },
      { logLevel: 0, sink, budget: { cancelled: () => recorder.bytes > recording } },
    );
  } catch (error) {
    if (error instanceof Stopped) return { notRun: 'long', ...NOTHING };
    throw error;
  }
  if (result.errno === null) return { notRun: 'unsupported', ...NOTHING };
  if (result.errno !== 0) return { notRun: 'rejected', ...NOTHING };
  const graph = new WalkGraph(recorder.finish(result));

  const kernel = linux618(kernelBtf);
  const code = predecode(program.insns);
  const target = visited(program, kernel);
  const randomPointers = target === null && (program.type === PROG_TRACING || program.type === PROG_LSM);
  const total = { runs: 0, cut: 0, steps: 0, compared: 0, loosened: 0 };
  const unmodelled: string[] = [];
  const kernelMistakes: string[] = [];
  const violations: Violation[] = [];
  for (let run = 0; run < options.runs && violations.length === 0; run++) {
    const numbers = new Numbers(new Dice(Math.imul(options.seed, 0x9e3779b1) ^ (run * 7919)), program);
    const machine = new RandomMachine(numbers, { world: DEFAULT_WORLD, btf: kernel.btf, programBtf: object.btf });
    try {
      machine.createRandomMaps(object.maps);
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      unmodelled.push(error.feature);
      continue;
    }
    const watch = new IteratorWatch(kernelResolver(kernel), kernel.iterators);
    const interpreter = createExecutor({ code, machine, resolver: watch, limits: kernel.limits });
    const packet = placePacket(program, kernel, machine, randomPacket(numbers));
    const concrete = new ConcreteRun(interpreter, machine, watch, packet);
    const follower = new RunFollower(graph, program.insns, concrete);
    let executed = 0;
    total.runs++;
    try {
      const { fault } = interpreter.run({
        ctx: target === null ? randomContext(program, numbers) : iteratorContext(machine, target, numbers.dice),
        // Behind the random words that stand for arguments of other programs there is nothing to be probed.
        probes: (pc) => !randomPointers && result.probes.has(pc),
        ...(packet === null ? {} : { pointers: packet.pointers }),
        // Nobody follows it, and it may leave itself again without an end.
        withoutWork: true,
        onStep(pc) {
          // What was never written may hold anything.
          if (executed === 0) interpreter.stacks.forEach((_, f) => numbers.fill(interpreter.stackBytes(f)));
          if (++executed > (options.stepLimit ?? STEP_LIMIT)) throw new CutOff();
          const outside = follower.step(pc);
          if (outside !== null) throw new Left(outside);
        },
      });
      if (fault !== undefined) {
        if (throughKernelPointer(program, fault.pc, follower)) unmodelled.push('memory of kernel structures');
        else
          violations.push({
            run,
            kind: 'fault',
            outside: null,
            text: `instruction ${fault.pc}: ${fault.reason}`,
          });
      }
    } catch (error) {
      if (error instanceof Left) {
        const { outside } = error;
        const mistake = kernelMistake(outside, program.insns, kernel.btf);
        const lacking = unmodelledPointer(outside);
        if (mistake !== null) kernelMistakes.push(mistake);
        else if (lacking !== null) unmodelled.push(lacking);
        else violations.push({ run, kind: outside.kind, outside, text: outsideText(outside) });
      } else if (error instanceof CutOff) total.cut++;
      else if (error instanceof Unsupported) unmodelled.push(error.feature);
      else throw error;
    }
    total.steps += executed;
    total.compared += follower.compared;
    total.loosened += follower.loosened;
  }
  return { ...total, unmodelled, kernelMistakes, violations };
}

/** What the machine lacks where the verifier knows a pointer: packets, and memory that may not be there. */
function unmodelledPointer({ kind, known }: Outside): string | null {
  if (kind !== 'value' || known === undefined || !('type' in known)) return null;
  const base = baseType(known.type);
  if (base === PTR_TO_PACKET || base === PTR_TO_PACKET_META || base === PTR_TO_PACKET_END) return 'packets';
  if (base === PTR_TO_TP_BUFFER) return "a tracepoint's buffer";
  return (known.type & PTR_UNTRUSTED) !== 0 ? 'memory that may not be there' : null;
}

/** Whether the instruction is a load or store through a pointer to a kernel structure, which the machine has none of. */
function throughKernelPointer(program: BpfProgram, pc: number, follower: RunFollower): boolean {
  const insn = program.insns[pc]!;
  const cls = classOf(insn.code);
  if (cls !== BPF_LDX && cls !== BPF_ST && cls !== BPF_STX) return false;
  const pointer = follower.state?.frames.at(-1)?.regs[cls === BPF_LDX ? insn.src : insn.dst];
  return pointer !== undefined && baseType(pointer.type) === PTR_TO_BTF_ID;
}
