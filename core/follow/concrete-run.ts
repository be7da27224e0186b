import type { Packet } from '../kernel/machine/packet.ts';
import type { SimMachine } from '../kernel/machine/sim-machine.ts';
import type { IteratorWatch } from '../vm/iterator-watch.ts';
import type { Executor } from '../vm/executor.ts';

/** A frame of a run: its registers as words (register i at 2i and 2i + 1) and the offset of its stack's upper end in the machine's memory. */
export interface ConcreteFrame {
  readonly regs: Int32Array;
  readonly stackTop: number;
}

const REG_WORDS = 22;

interface TrackedFrame extends ConcreteFrame {
  /** Bit per register that the last step changed. */
  changedRegs: number;
  /** By spi: 1 where the last step changed one of the slot's bytes. */
  readonly changedSlots: Uint8Array;
  readonly shadow: Int32Array;
}

/**
 * The concrete state of a run, instruction by instruction: all frames' registers, and what the last instruction changed. The interpreter
 * keeps the callers' registers to itself, so they are remembered here from their calls.
 */
export class ConcreteRun {
  readonly #tracked: TrackedFrame[];
  /** Eight-byte slots of a frame's stack. */
  readonly #slots: number;
  #depth = 0;
  /** The running frame's registers before the last instruction. */
  readonly before = new Int32Array(REG_WORDS);
  /** r1 at the start: the context's address, as words. */
  readonly ctx = new Int32Array(2);

  constructor(
    readonly interpreter: Executor,
    readonly machine: SimMachine,
    readonly iterators: IteratorWatch,
    readonly packet: Packet | null = null,
  ) {
    this.#slots = interpreter.stackSize / 8;
    this.#tracked = interpreter.stacks.map((at) => ({
      regs: new Int32Array(REG_WORDS),
      stackTop: at + interpreter.stackSize,
      changedRegs: 0,
      changedSlots: new Uint8Array(this.#slots),
      shadow: new Int32Array(this.#slots * 2),
    }));
  }

  /** Number of frames. */
  get depth(): number {
    return this.#depth;
  }

  frame(index: number): ConcreteFrame {
    return this.#tracked[index]!;
  }

  regChanged(frame: number, reg: number): boolean {
    return (this.#tracked[frame]!.changedRegs & (1 << reg)) !== 0;
  }

  slotChanged(frame: number, spi: number): boolean {
    return this.#tracked[frame]!.changedSlots[spi] === 1;
  }

  /**
   * Takes in the state before the next instruction.
   * @param wrote whether the last instruction may have written memory
   */
  update(wrote: boolean): void {
    const { regs } = this.interpreter;
    const depth = this.interpreter.frame + 1;
    if (this.#depth > 0) this.before.set(this.#tracked[this.#depth - 1]!.regs);
    else this.ctx.set(regs.subarray(2, 4));
    for (let f = 0; f < depth; f++) {
      const frame = this.#tracked[f]!;
      const entered = f >= this.#depth;
      frame.changedRegs = 0;
      if (f === depth - 1) {
        for (let r = 0; r < 11; r++)
          if (entered || frame.regs[2 * r] !== regs[2 * r] || frame.regs[2 * r + 1] !== regs[2 * r + 1])
            frame.changedRegs |= 1 << r;
        frame.regs.set(regs);
      }
      if (wrote || entered) this.#compareStack(frame, entered);
      else frame.changedSlots.fill(0);
    }
    this.#depth = depth;
  }

  #compareStack(frame: TrackedFrame, entered: boolean): void {
    const { view } = this.machine.memory;
    const { shadow, changedSlots, stackTop } = frame;
    changedSlots.fill(entered ? 1 : 0);
    for (let spi = 0; spi < this.#slots; spi++) {
      const at = stackTop - 8 * (spi + 1);
      const low = view.getInt32(at, true);
      const high = view.getInt32(at + 4, true);
      if (shadow[2 * spi] === low && shadow[2 * spi + 1] === high) continue;
      shadow[2 * spi] = low;
      shadow[2 * spi + 1] = high;
      changedSlots[spi] = 1;
    }
  }
}
