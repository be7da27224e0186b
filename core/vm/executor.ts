import type { Behaviour } from '../kernel/catalogue/descriptor.ts';
import type { SimMachine } from '../kernel/machine/sim-machine.ts';
import type { Limits } from '../kernel/model.ts';
import type { Predecoded } from './predecode.ts';

/** What a call instruction may call. Undefined: there is no such function. A function without `run` is `unsupported` when reached. */
export interface CallResolver {
  callHelper(id: number): Callee | undefined;
  callKfunc(btfId: number, moduleFd: number): Callee | undefined;
  /** A program that an array of programs holds, by its name. */
  program?(name: string): Predecoded | undefined;
}

export interface Callee {
  readonly name: string;
  readonly run?: Behaviour;
}

/** What of a kernel's limits bounds a run. */
export type RunLimits = Pick<Limits, 'frames' | 'stack' | 'tailCalls' | 'mayGotoLoops'>;

/** What an executor is made of. The code is only read: several executors may share it. */
export interface ExecutorInput {
  readonly code: Predecoded;
  readonly machine: SimMachine;
  readonly resolver: CallResolver;
  readonly limits: RunLimits;
}

/**
 * Runs one program on a machine: the interpreter, or compiled code. It may be run any number of times; maps and the clock live on in the
 * machine. During a run, `RunOptions.onStep` finds registers, frame and stacks up to date.
 */
export interface Executor {
  /** r0..r10 of the running frame, register i at words 2i (low) and 2i + 1: the live words. */
  readonly regs: Int32Array;
  /** The running frame, 0 for the main program. */
  readonly frame: number;
  /** Offsets in the machine's memory of the stacks of the frames; the frame pointer stands `stackSize` above. */
  readonly stacks: readonly number[];
  /** Bytes of one frame's stack. */
  readonly stackSize: number;
  /** The call of a helper or kernel function that is under way: its instruction, and how many have been executed, this one included. */
  readonly calling: { readonly pc: number; readonly step: number };
  /** Runs from the first instruction. What the machine refuses ends up in `fault`. @throws Unsupported what the model does not cover */
  run(options?: RunOptions): RunResult;
  /** The running frame's stack, or another's, lowest address first: the live bytes, until the machine's memory grows. */
  stackBytes(frame?: number): Uint8Array;
}

export interface RunOptions {
  /** Bytes of the context; r1 points at them. What the program's stores make of them is `ctx` of the result. */
  readonly ctx?: Uint8Array;
  /** 4-byte fields of the context by offset, of which a load gives a whole pointer (see `Packet`). */
  readonly pointers?: ReadonlyMap<number, bigint>;
  /** Bytes of the context whose values nobody knows: to read them is `Unsupported`. */
  readonly unknown?: readonly { readonly from: number; readonly to: number; readonly name: string }[];
  /** r1 to r5, instead of a context. */
  readonly args?: readonly bigint[];
  /** Whether a load goes through a pointer that may lead nowhere and gives zero then (`VerifyResult.probes`). */
  readonly probes?: (pc: number) => boolean;
  /** Instructions after which the run is stopped with a fault. Looked at on taken jumps, calls and returns. */
  readonly stepLimit?: number;
  /** Asked now and then: words that say why the run is to end, or null to go on. Endless programs are ended by it, however slow their steps are. */
  readonly until?: () => string | null;
  /** Called when the program is over, before what it left for later is done. */
  readonly onExit?: () => void;
  /** Called before each instruction, with r0..r10 (see `Behaviour`); the array is the live one. */
  readonly onStep?: (pc: number, regs: Int32Array) => void;
}

/** Why a run ended early. */
export interface RunFault {
  /** Instruction index. */
  readonly pc: number;
  readonly reason: string;
  /** Nothing was wrong: it had gone on too long. */
  readonly stopped?: true;
}

export interface RunResult {
  /** r0 at exit, unsigned. 0 when the run faulted. */
  readonly retval: bigint;
  /** Instructions executed, without one that faulted; a 64-bit immediate load counts once. */
  readonly insns: number;
  readonly fault?: RunFault;
  /** Lines that this run printed. */
  readonly printk: readonly string[];
  /** The context after the run. */
  readonly ctx?: Uint8Array;
}
