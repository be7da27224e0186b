import { Unsupported } from '../base/errors.ts';
import { globalVariables, placeOfGlobal } from '../elf/globals.ts';
import type { BpfObject, BpfProgram } from '../elf/object.ts';
import { SimMachine } from '../kernel/machine/sim-machine.ts';
import { testInput } from '../kernel/machine/test-context.ts';
import type { World } from '../kernel/machine/world/schema.ts';
import type { RunFacts } from '../lesson/index.ts';
import { ConcreteRun, outsideText, RunFollower, WalkGraph } from '../follow/index.ts';
import type { Trace } from '../trace/index.ts';
import type { RunView } from '../trace/views/view.ts';
import { ContractMonitor } from '../vm/contract-monitor.ts';
import { contractText } from '../vm/contract-words.ts';
import { createExecutor } from '../vm/engines.ts';
import type { Executor } from '../vm/executor.ts';
import { IteratorWatch } from '../vm/iterator-watch.ts';
import { predecode } from '../vm/predecode.ts';
import { kernelResolver } from '../vm/resolver.ts';
import type { KernelModel } from '../kernel/model.ts';

/** Run steps that are kept for the instruments. */
const MAX_STEPS = 10_000;
/** Instructions after which a run is stopped: a program that was not verified may never end. */
const STEP_LIMIT = 200_000_000;
/** The same for a run that a lesson's checks look at: what they say must not hang on how fast a machine is. */
const FACTS_LIMIT = 4_000_000;
/** A clock stops such a run all the same, after this many times the time that a run may take. */
const FACTS_PATIENCE = 10;
/** Bytes of packet, all zero, for a program that gets one. */
const PACKET_SIZE = 64;

/** A program that is to run. */
export interface Runnable {
  readonly program: BpfProgram;
  readonly object: BpfObject;
  /** Loads that are probing reads: see `VerifyResult.probes`. */
  readonly probes: ReadonlySet<number>;
  /** What there is on the machine that it runs on. */
  readonly world: World;
}

/** What a run needs: a fresh machine with the program on it, and what it is called with. */
interface Prepared extends ReturnType<typeof testInput> {
  readonly machine: SimMachine;
  readonly watch: IteratorWatch;
  readonly monitor: ContractMonitor;
  readonly interpreter: Executor;
}

function prepared({ program, object, world }: Runnable, kernel: KernelModel): Prepared {
  const machine = new SimMachine({ world, btf: kernel.btf, programBtf: object.btf });
  machine.createMaps(object.maps);
  const watch = new IteratorWatch(kernelResolver(kernel, object.programs), kernel.iterators);
  const monitor = new ContractMonitor(watch, kernel.iterators, machine.memory);
  const code = predecode(program.insns);
  const interpreter = createExecutor({ code, machine, resolver: monitor, limits: kernel.limits });
  monitor.watch(interpreter);
  return {
    machine,
    watch,
    monitor,
    interpreter,
    ...testInput(program, kernel, machine, new Uint8Array(PACKET_SIZE)),
  };
}

/**
 * Runs a program once and says what it did, for a lesson's checks: its result, how often it went round, what became of its iterators.
 * @param timeMs milliseconds on `clock` that a run may take
 */
export function runFacts(runnable: Runnable, kernel: KernelModel, clock: () => number, timeMs: number): RunFacts {
  const patience = timeMs * FACTS_PATIENCE;
  const { program, probes } = runnable;
  const visits = new Uint32Array(program.insns.length);
  try {
    const { machine, watch, monitor, interpreter, ctx, packet, unknown } = prepared(runnable, kernel);
    const begun = clock();
    const { object } = runnable;
    const atExit = new Map<string, bigint | null>();
    const { retval, fault } = interpreter.run({
      onExit() {
        for (const { name } of globalVariables(object)) atExit.set(name, globalNow(object, machine, name));
      },
      ctx,
      unknown,
      ...(packet === null ? {} : { pointers: packet.pointers }),
      probes: (pc) => probes.has(pc),
      stepLimit: FACTS_LIMIT,
      until: () => (clock() - begun < patience ? null : `it had not ended after ${patience / 1000} seconds`),
      onStep: (pc) => void visits[pc]!++,
    });
    monitor.finish(fault);
    return {
      variable: (name, when) => (when === 'at-exit' ? (atExit.get(name) ?? null) : globalNow(object, machine, name)),
      fault: fault === undefined ? '' : fault.reason,
      returned: Number(BigInt.asUintN(32, retval)),
      rounds: visits.reduce((most, count) => Math.max(most, count), 0),
      iterators: watch.events,
      breaches: monitor.breaches.map((breach) => ({ kind: breach.kind, text: contractText(breach) })),
    };
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    return { fault: error.message, returned: 0, rounds: 0, iterators: [], breaches: [], variable: () => null };
  }
}

/**
 * Runs a program once on a fresh machine, keeping its first steps, where they lie in the verifier's walk, and what it leaves behind.
 * @param timeMs milliseconds on `clock` after which it is stopped: nothing else is answered meanwhile
 */
export function runProgram(
  runnable: Runnable,
  kernel: KernelModel,
  trace: Trace,
  clock: () => number,
  timeMs: number,
): RunView {
  const { program, probes } = runnable;
  const { machine, watch, monitor, interpreter, ctx, packet, unknown } = prepared(runnable, kernel);
  const follower = new RunFollower(
    new WalkGraph(trace),
    program.insns,
    new ConcreteRun(interpreter, machine, watch, packet),
  );
  const steps: RunView['steps'][number][] = [];
  let outside = '';
  let following = trace.steps > 0;
  const begun = clock();
  const result = interpreter.run({
    ctx,
    unknown,
    ...(packet === null ? {} : { pointers: packet.pointers }),
    probes: (pc) => probes.has(pc),
    stepLimit: STEP_LIMIT,
    until: () => (clock() - begun < timeMs ? null : `it had not ended after ${timeMs / 1000} seconds`),
    onStep(pc, regs) {
      if (steps.length >= MAX_STEPS) return;
      const texts: string[] = [];
      for (let r = 0; r <= 10; r++) texts.push(wordText(regs[2 * r]!, regs[2 * r + 1]!));
      let at = 0;
      if (following) {
        try {
          const left = follower.step(pc);
          if (left !== null) outside = outsideText(left);
        } catch (error) {
          if (!(error instanceof Unsupported)) throw error;
          outside = error.feature;
        }
        following = outside === '';
        at = follower.steps[0] ?? 0;
      }
      steps.push({ pc, regs: texts, at });
    },
  });
  monitor.finish(result.fault);
  const durationNs = Math.round((clock() - begun) * 1000);
  const leaks = [...watch.live.values()].map(({ type, address, ref }) => {
    const frame = interpreter.stacks.findIndex((at) => address >= at && address < at + interpreter.stackSize);
    const place = frame < 0 ? '' : ` at fp-${interpreter.stacks[frame]! + interpreter.stackSize - address}`;
    return `reference ${ref} (iter_${type}${place}) was never released`;
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
    contract: monitor.breaches.map((breach) => ({ ...breach, text: contractText(breach) })),
    ...(kernel.notice === '' ? {} : { notice: kernel.notice }),
    records: machine.records().map(({ map, bytes }) => `${map}: ${hexText(bytes)}`),
    ...(result.fault === undefined ? {} : { fault: `${result.fault.reason} (instruction ${result.fault.pc})` }),
    ...(outside === '' ? {} : { outside }),
    steps,
  };
}

/** A global variable as it is, signed; null for none, or one that is no number. */
function globalNow(object: BpfObject, machine: SimMachine, name: string): bigint | null {
  const place = placeOfGlobal(object, name);
  const values = place === null ? undefined : machine.maps[place.map]?.map.valueStarts();
  const [start] = values ?? [];
  if (place === null || start === undefined || ![1, 2, 4, 8].includes(place.size)) return null;
  const at = start + BigInt(place.offset);
  const bits = machine.load(Number(BigInt.asIntN(32, at)), Number(BigInt.asIntN(32, at >> 32n)), place.size);
  return BigInt.asIntN(place.size * 8, bits);
}

/** Most bytes of a record that are shown. */
const SHOWN_BYTES = 64;

function hexText(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, SHOWN_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return bytes.length > SHOWN_BYTES ? `${shown} … (${bytes.length} bytes)` : shown;
}

// Small numbers in decimal, the rest in hexadecimal, as both words of a register.
function wordText(lo: number, hi: number): string {
  if (hi === 0 && lo >= 0 && lo < 65_536) return String(lo);
  if (hi === -1 && lo < 0 && lo > -65_536) return String(lo);
  const low = (lo >>> 0).toString(16);
  return hi === 0 ? `0x${low}` : `0x${(hi >>> 0).toString(16)}${low.padStart(8, '0')}`;
}
