import { Unsupported } from '../../base/errors.ts';
import * as u64 from '../../base/u64.ts';
import type { KernelMap } from '../../kernel/machine/machine.ts';
import { MachineFault } from '../../kernel/machine/machine.ts';
import { hexAddress } from '../../kernel/machine/memory.ts';
import { functionAt } from '../addresses.ts';
import type { Executor, ExecutorInput, RunFault, RunOptions, RunResult } from '../executor.ts';
import { REGISTER_WORDS } from '../predecode.ts';
import { dispatch } from './dispatch.ts';
import { OverBudget, RunState } from './run-state.ts';

/** The executor that goes from instruction to instruction. */
export class Interpreter implements Executor {
  private readonly state: RunState;
  readonly regs: Int32Array;
  readonly stacks: readonly number[];
  readonly stackSize: number;
  /** Programs that this one went on with, by name. */
  private readonly others = new Map<string, Interpreter>();
  /** Tail calls of the run that began here. */
  private tailCalls = 0;
  private busy = false;

  constructor(private readonly input: ExecutorInput) {
    this.state = new RunState(input);
    this.regs = this.state.regs;
    this.stacks = this.state.stacks;
    this.stackSize = input.limits.stack;
  }

  get frame(): number {
    return this.state.frame;
  }

  get calling(): { readonly pc: number; readonly step: number } {
    return { pc: this.state.faultPc, step: this.state.executed };
  }

  stackBytes(frame = this.frame): Uint8Array {
    const at = this.stacks[frame];
    return this.input.machine.memory.bytes.subarray(at, at + this.stackSize);
  }

  run(options: RunOptions = {}): RunResult {
    const { state } = this;
    const { machine } = this.input;
    state.reset(options.onStep);
    state.probes = options.probes;
    state.budget.begin(options.stepLimit, options.until);
    this.tailCalls = 0;
    const ctx = options.ctx === undefined ? 0n : machine.place(options.ctx);
    const ctxAt = Number(BigInt.asUintN(32, ctx));
    state.fields.place(machine.memory, ctxAt, options);
    state.setArguments(options.args ?? [ctx]);
    const firstLine = machine.printkLines.length;
    let fault: RunFault | undefined;
    let retval = 0n;
    try {
      this.onMachine(this);
      retval = u64.getU64(state.file, 0);
      // What the program left for later is not its walk: nobody follows it.
      state.onStep = undefined;
      options.onExit?.();
      machine.doWork();
    } catch (error) {
      if (error instanceof Unsupported && error.insn < 0) throw new Unsupported(error.feature, state.faultPc);
      if (!(error instanceof MachineFault)) throw error;
      const stopped = error instanceof OverBudget ? { stopped: true as const } : {};
      machine.work.clear();
      fault = { pc: state.faultPc, reason: error.message, ...stopped };
    }
    const result = {
      retval: fault === undefined ? retval : 0n,
      insns: state.executed,
      printk: machine.printkLines.slice(firstLine),
      ...(fault === undefined ? {} : { fault }),
    };
    if (options.ctx === undefined) return result;
    const after = machine.memory.bytes.slice(ctxAt, ctxAt + options.ctx.length);
    machine.free(ctx);
    return { ...result, ctx: after };
  }

  /**
   * Runs the program from its first instruction while the machine's callbacks and tail calls come here.
   * @param first the interpreter that the run began in
   */
  private onMachine(first: Interpreter): void {
    const { machine } = this.input;
    const { onCallback, onTailCall } = machine;
    machine.onCallback = (lo, hi, args) => this.callBack(lo, hi, args);
    machine.onTailCall = (programs, index) => this.tailCall(programs, index, first);
    try {
      dispatch(this.state, 0);
    } finally {
      machine.onCallback = onCallback;
      machine.onTailCall = onTailCall;
    }
  }

  private callBack(lo: number, hi: number, args: readonly bigint[]): bigint {
    const { state } = this;
    const target = functionAt(lo, hi);
    if (target === undefined || target >= state.code.insns.length)
      throw new MachineFault(`${hexAddress(lo, hi)} is no function of the program`);
    // A callback that does nothing jumps nowhere: what goes round in the helper is counted here.
    if (state.executed >= state.budget.limit) state.overLimit(state.faultPc, state.executed);
    const saved = state.file.slice(0, REGISTER_WORDS);
    state.enterFrame(state.faultPc);
    state.setArguments(args);
    const caller = state.faultPc;
    dispatch(state, target);
    state.faultPc = caller;
    const result = u64.getU64(state.file, 0);
    state.frame--;
    state.file.set(saved);
    return result;
  }

  /** Goes on with another program in place of the running function. */
  private tailCall(programs: KernelMap, index: number, first: Interpreter): void {
    const { resolver, limits } = this.input;
    const name = programs.programs?.get(index);
    if (name === undefined || first.tailCalls >= limits.tailCalls) return;
    const code = resolver.program?.(name);
    if (code === undefined) throw new Unsupported(`going on with program ${name}`);
    first.tailCalls++;
    let other = this.others.get(name);
    // A program may come to itself again: each depth has its own stack.
    if (other === undefined || other.busy) this.others.set(name, (other = new Interpreter({ ...this.input, code })));
    other.continueFrom(this.state, first);
    this.state.leaving = true;
  }

  /** Runs as the rest of another program: with its context and what is left of its budget, until the end, which gives its r0. */
  private continueFrom(caller: RunState, first: Interpreter): void {
    const { state } = this;
    state.reset(undefined);
    state.executed = caller.executed;
    state.budget = caller.budget;
    state.fields = caller.fields;
    state.file[2] = caller.file[2];
    state.file[3] = caller.file[3];
    this.busy = true;
    try {
      this.onMachine(first);
    } finally {
      this.busy = false;
      caller.executed = state.executed;
      // What was executed here up to a fault is not counted again there.
      caller.uncounted = state.uncounted;
    }
    caller.file[0] = state.file[0];
    caller.file[1] = state.file[1];
  }
}
