import { InputError } from '../../base/errors.ts';
import * as u64 from '../../base/u64.ts';
import type { Behaviour } from '../../kernel/catalogue/descriptor.ts';
import { MachineFault } from '../../kernel/machine/machine.ts';
import { ADDRESS_HI } from '../../kernel/machine/memory.ts';
import type { SimMachine } from '../../kernel/machine/sim-machine.ts';
import type { ExecutorInput, RunLimits, RunOptions } from '../executor.ts';
import type { Predecoded } from '../predecode.ts';
import { REGISTER_WORDS } from '../predecode.ts';
import { Budget } from './budget.ts';
import { Callees } from './callees.ts';
import { ContextFields } from './context-fields.ts';

/** Words of the frame pointer in the register file. */
const R10 = 20;

/** The end of a run that may go on no longer. */
export class OverBudget extends MachineFault {}

/** What a program has while it runs, besides the machine: registers, frames, and how far it has come. The dispatch loop works on it. */
export class RunState {
  readonly code: Predecoded;
  readonly machine: SimMachine;
  readonly limits: RunLimits;
  readonly callees: Callees;
  /** Behaviours by call instruction, once it has been reached. */
  readonly bound: (Behaviour | undefined)[];
  /** The register file: r0..r10, then the program's constants. */
  readonly file: Int32Array;
  /** r0..r10 only, on the same memory. */
  readonly regs: Int32Array;
  /** Offsets in the machine's memory of the frames' stacks, all of `limits.stack` bytes. */
  readonly stacks: readonly number[];
  /** Of the context, which may be another program's. */
  fields = new ContextFields();
  /** Of the whole run, which may have begun in another program. */
  budget = new Budget();
  onStep: RunOptions['onStep'];
  probes: RunOptions['probes'];
  /** The running frame, 0 for the main program. */
  frame = 0;
  /** Instructions executed. */
  executed = 0;
  /** The instruction that a fault would be of. */
  faultPc = 0;
  /** No unwinding `dispatch` has brought `executed` up to date yet. */
  uncounted = true;
  /** A tail call was made: the running function is over. */
  leaving = false;

  constructor({ code, machine, resolver, limits }: ExecutorInput) {
    this.code = code;
    this.machine = machine;
    this.limits = limits;
    this.callees = new Callees(resolver);
    this.bound = new Array<Behaviour | undefined>(code.insns.length).fill(undefined);
    this.file = code.file.slice();
    for (const { at, map, offset } of code.mapConstants) u64.setU64(this.file, at, this.mapConstant(map, offset));
    this.regs = this.file.subarray(0, REGISTER_WORDS);
    this.stacks = Array.from({ length: limits.frames }, () => machine.memory.map(limits.stack));
  }

  /** Back to the first instruction: registers and stacks are zero, the frame pointer is the main program's. */
  reset(onStep: RunOptions['onStep']): void {
    const { bytes } = this.machine.memory;
    this.file.fill(0, 0, REGISTER_WORDS);
    for (const at of this.stacks) bytes.fill(0, at, at + this.limits.stack);
    this.onStep = onStep;
    this.frame = 0;
    this.executed = 0;
    this.faultPc = 0;
    this.uncounted = true;
    this.setFramePointer();
  }

  /** Fills r1 and those that follow. */
  setArguments(args: readonly bigint[]): void {
    args.forEach((value, i) => u64.setU64(this.file, (i + 1) * 2, value));
  }

  /** Enters a function in a new frame. */
  enterFrame(pc: number): void {
    const { frames } = this.limits;
    if (this.frame + 1 >= frames) throw this.fault(pc, `more than ${frames} nested calls`);
    this.frame++;
    this.setFramePointer();
  }

  setFramePointer(): void {
    this.file[R10] = this.stacks[this.frame] + this.limits.stack;
    this.file[R10 + 1] = ADDRESS_HI;
  }

  /** A fault of an instruction. */
  fault(pc: number, reason: string): MachineFault {
    this.faultPc = pc;
    return new MachineFault(reason);
  }

  /** The count at which to ask again. @throws MachineFault when the run is to end */
  overLimit(pc: number, executed: number): number {
    const why = this.budget.spent(executed);
    if (why !== null) {
      this.faultPc = pc;
      throw new OverBudget(`stopped after ${executed} instructions: ${why}`);
    }
    return this.budget.limit;
  }

  private mapConstant(map: number, offset: number | null): bigint {
    const entry = this.machine.maps[map];
    if (entry === undefined) throw new InputError(`the program loads map ${map}, which does not exist`);
    return offset === null ? entry.address : entry.map.lookup(new Uint8Array(4)) + BigInt(offset);
  }
}
